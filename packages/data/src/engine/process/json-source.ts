/** NDJSON as DuckDB reads it: one object a line. Nested values are kept as JSON, so that no key is ever lost. */
import type { TableColumn } from '../engine.ts'
import { refusalRuleOf } from '../types.ts'
import { Failure, toFailure } from './duck-error.ts'
import type { Instance } from './instance.ts'
import type { Inspected, RefusedRow } from './messages.ts'
import { quoteName, quoteText } from './sql-text.ts'

const maxRecordBytes = 8 << 20
const format = `format = 'newline_delimited', records = true, maximum_object_size = ${maxRecordBytes}`

/** Reads the whole part, for a key may appear anywhere. @throws Failure `import.empty`; see {@link findRefusedJsonRow}. */
export async function inspectJson(instance: Instance, path: string): Promise<Inspected> {
  const source = `read_json(${quoteText(path)}, ${format}, sample_size = -1, map_inference_threshold = -1)`
  const rows = await instance
    .rows(`SELECT column_name, column_type FROM (DESCRIBE FROM ${source})`)
    .catch(async (error) => {
      const refused = await findRefusedJsonRow(instance, path, [])
      if (refused === null) throw toFailure(error)
      return [] as readonly (readonly unknown[])[]
    })
  const columns = rows.map(([name, type]) => ({ name: String(name), type: keepNested(String(type)) }))
  if (columns.length === 0) {
    const lines = await instance.rows(`SELECT count(line) FROM ${readLines(path)}`)
    if (Number(lines[0]?.[0]) === 0) throw new Failure({ code: 'import.empty' })
  }
  return { dialect: null, columns: await markUnknown(instance, path, columns) }
}

function keepNested(type: string): string {
  return /^(STRUCT|MAP)|\]$/.test(type) ? 'JSON' : type
}

/** DuckDB says JSON of a column that is null throughout; `"NULL"` lets any other part decide. */
async function markUnknown(
  instance: Instance,
  path: string,
  columns: readonly TableColumn[],
): Promise<readonly TableColumn[]> {
  const unsure = columns.filter((column) => column.type === 'JSON')
  if (unsure.length === 0) return columns
  const tests = unsure.map(({ name }) => `count(nullif(CAST(${quoteName(name)} AS VARCHAR), 'null'))`)
  const rows = await instance.rows(`SELECT ${tests.join(', ')} FROM ${readJsonSource(path, unsure)}`)
  const empty = new Set(unsure.filter((_, index) => Number(rows[0]?.[index]) === 0).map((column) => column.name))
  return columns.map((column) => (empty.has(column.name) ? { name: column.name, type: '"NULL"' } : column))
}

export function readJsonSource(path: string, columns: readonly TableColumn[]): string {
  const typed = columns.map((column) => `${quoteText(column.name)}: ${quoteText(column.type)}`)
  return `read_json(${quoteText(path)}, ${format}, auto_detect = false, columns = {${typed.join(', ')}})`
}

/** Lines as they are, numbered from 1. 0x1F cannot stand unescaped in JSON, so no line is ever split. */
function readLines(path: string): string {
  return `(SELECT row_number() OVER () AS number, line FROM read_csv(${quoteText(path)}, auto_detect = false,
    header = false, delim = '\x1f', quote = '', escape = '', comment = '', strict_mode = false,
    max_line_size = ${maxRecordBytes}, buffer_size = ${2 * maxRecordBytes}, columns = {'line': 'VARCHAR'}))`
}

/** The first line that is no JSON object, or whose value does not fit its column. */
export async function findRefusedJsonRow(
  instance: Instance,
  path: string,
  columns: readonly TableColumn[],
): Promise<RefusedRow | null> {
  const object = `CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END`
  const malformed = await firstLine(instance, path, `NOT (${object})`)
  if (malformed !== null) return { offset: null, record: malformed, rule: 'not_a_json_object', typeOnly: false }
  let first: RefusedRow | null = null
  for (const { name, type } of columns) {
    const structure = quoteText(JSON.stringify({ [name]: type }))
    const record = await firstLine(instance, path, `TRY(json_transform_strict(line, ${structure})) IS NULL`)
    if (record === null || (first !== null && (first.record ?? 0) <= record)) continue
    first = { offset: null, record, rule: refusalRuleOf(type), column: name, typeOnly: true }
  }
  return first
}

async function firstLine(instance: Instance, path: string, condition: string): Promise<number | null> {
  const rows = await instance.rows(
    `SELECT min(number) FROM ${readLines(path)} WHERE line IS NOT NULL AND trim(line) <> '' AND (${condition})`,
  )
  const number = rows[0]?.[0]
  return number === null || number === undefined ? null : Number(number)
}
