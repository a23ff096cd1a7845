/** Parquet as a source: written anew, so that data files are all of one make. */
import { refusalRuleOf } from '../types.ts'
import { Failure, toFailure } from './duck-error.ts'
import type { Instance } from './instance.ts'
import type { ConvertMessage, Inspected, RefusedRow } from './messages.ts'
import { castColumn, quoteName, quoteText } from './sql-text.ts'

/** @throws Failure `import.bad_file` when this is no Parquet file that DuckDB can read. */
export async function inspectParquet(instance: Instance, path: string): Promise<Inspected> {
  try {
    const rows = await instance.rows(
      `SELECT column_name, column_type FROM (DESCRIBE FROM read_parquet(${quoteText(path)}))`,
    )
    const columns = rows.map(([name, type]) => ({ name: String(name), type: String(type) }))
    return { dialect: null, columns, decimal: null }
  } catch (error) {
    const { detail } = toFailure(error).failure
    throw new Failure({ code: 'import.bad_file', ...(detail === undefined ? {} : { detail }) })
  }
}

type Reading = Pick<ConvertMessage, 'columns' | 'leftOut'>

/** The rows cast to the columns, without those that are left out. */
export function readParquetSource(path: string, { columns, leftOut }: Reading): string {
  const list = columns.map((column) => `${castColumn(column)} AS ${quoteName(column.name)}`)
  const numbered = leftOut.length === 0 ? '' : ', file_row_number = true'
  const kept = leftOut.length === 0 ? '' : ` WHERE file_row_number NOT IN (${leftOut.join(', ')})`
  return `(SELECT ${list.join(', ')} FROM read_parquet(${quoteText(path)}${numbered})${kept})`
}

/** Rows with a value that does not fit the type of its column, or NULL in a key; in order. */
export async function findRefusedParquetRows(
  instance: Instance,
  path: string,
  { columns, required, mostRefused, leftOut }: ConvertMessage,
): Promise<readonly RefusedRow[]> {
  const found = new Map<number, RefusedRow>()
  const left = leftOut.length === 0 ? '' : `AND file_row_number NOT IN (${leftOut.join(', ')})`
  const members = columns.map(({ name }) => `${quoteText(name)}, ${quoteName(name)}`)
  const text = mostRefused === 1 ? 'NULL' : `CAST(json_object(${members.join(', ')}) AS VARCHAR)`
  const search = async (condition: string, row: Pick<RefusedRow, 'rule' | 'column' | 'typeOnly'>) => {
    const rows = await instance
      .rows(
        `SELECT file_row_number, ${text} FROM read_parquet(${quoteText(path)}, file_row_number = true)
         WHERE (${condition}) ${left} ORDER BY file_row_number LIMIT ${mostRefused}`,
      )
      .catch(() => [] as readonly (readonly unknown[])[])
    for (const [number, json] of rows) {
      const record = Number(number) + 1
      const shown = typeof json === 'string' ? { text: json } : {}
      if (!found.has(record)) found.set(record, { offset: null, record, ...row, ...shown })
    }
  }
  for (const { name, type } of columns) {
    const value = quoteName(name)
    const condition = `${value} IS NOT NULL AND TRY_CAST(${value} AS ${type}) IS NULL`
    await search(condition, { rule: refusalRuleOf(type), column: name, typeOnly: true })
  }
  for (const name of required) {
    await search(`${quoteName(name)} IS NULL`, { rule: 'null_in_key', column: name, typeOnly: false })
  }
  return [...found.values()].toSorted((a, b) => (a.record ?? 0) - (b.record ?? 0)).slice(0, mostRefused)
}
