/** Parquet as a source: written anew, so that data files are all of one make. */
import type { TableColumn } from '../engine.ts'
import { refusalRuleOf } from '../types.ts'
import { Failure, toFailure } from './duck-error.ts'
import type { Instance } from './instance.ts'
import type { Inspected, RefusedRow } from './messages.ts'
import { castColumn, quoteName, quoteText } from './sql-text.ts'

/** @throws Failure `import.bad_file` when this is no Parquet file that DuckDB can read. */
export async function inspectParquet(instance: Instance, path: string): Promise<Inspected> {
  try {
    const rows = await instance.rows(
      `SELECT column_name, column_type FROM (DESCRIBE FROM read_parquet(${quoteText(path)}))`,
    )
    return { dialect: null, columns: rows.map(([name, type]) => ({ name: String(name), type: String(type) })) }
  } catch (error) {
    const { detail } = toFailure(error).failure
    throw new Failure({ code: 'import.bad_file', ...(detail === undefined ? {} : { detail }) })
  }
}

export function readParquetSource(path: string, columns: readonly TableColumn[]): string {
  const list = columns.map((column) => `${castColumn(column)} AS ${quoteName(column.name)}`)
  return `(SELECT ${list.join(', ')} FROM read_parquet(${quoteText(path)}))`
}

/** The first row whose value does not fit the type that its column must have. */
export async function findRefusedParquetRow(
  instance: Instance,
  path: string,
  columns: readonly TableColumn[],
): Promise<RefusedRow | null> {
  let first: RefusedRow | null = null
  for (const { name, type } of columns) {
    const value = quoteName(name)
    const rows = await instance
      .rows(
        `SELECT min(file_row_number) FROM read_parquet(${quoteText(path)}, file_row_number = true)
         WHERE ${value} IS NOT NULL AND TRY_CAST(${value} AS ${type}) IS NULL`,
      )
      .catch(() => [] as readonly (readonly unknown[])[])
    const row = rows[0]?.[0]
    if (row === null || row === undefined) continue
    const record = Number(row) + 1
    if (first === null || record < (first.record ?? 0)) {
      first = { offset: null, record, rule: refusalRuleOf(type), column: name, typeOnly: true }
    }
  }
  return first
}
