/** NDJSON as DuckDB reads it: one object a line. Nested values are kept as JSON, so that no key is ever lost. */
import type { TableColumn } from '../engine.ts'
import { refusalRuleOf } from '../types.ts'
import { Failure, toFailure } from './duck-error.ts'
import type { Instance } from './instance.ts'
import type { ConvertMessage, Inspected, RefusedRow } from './messages.ts'
import { quoteName, quoteText } from './sql-text.ts'

const maxRecordBytes = 8 << 20
const format = `format = 'newline_delimited', records = true, maximum_object_size = ${maxRecordBytes}`

/** Reads the whole part, for a key may appear anywhere. @throws Failure `import.empty`; see {@link findRefusedJsonRows}. */
export async function inspectJson(instance: Instance, path: string): Promise<Inspected> {
  const source = `read_json(${quoteText(path)}, ${format}, sample_size = -1, map_inference_threshold = -1)`
  const rows = await instance
    .rows(`SELECT column_name, column_type FROM (DESCRIBE FROM ${source})`)
    .catch(async (error) => {
      if (await isBlank(instance, path)) throw new Failure({ code: 'import.empty' })
      const refused = await findRefusedJsonRows(instance, path, { columns: [], required: [], mostRefused: 1 })
      if (refused.length === 0) throw toFailure(error)
      return [] as readonly (readonly unknown[])[]
    })
  const columns = rows.map(([name, type]) => ({ name: String(name), type: keepNested(String(type)) }))
  if (columns.length === 0 && (await isBlank(instance, path))) throw new Failure({ code: 'import.empty' })
  return { dialect: null, columns: await markUnknown(instance, path, columns), decimal: null }
}

async function isBlank(instance: Instance, path: string): Promise<boolean> {
  const lines = await instance.rows(`SELECT count(nullif(trim(line), '')) FROM ${readLines(path)}`)
  return Number(lines[0]?.[0]) === 0
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

/** Lines that are no JSON object, or whose value does not fit its column, in order. */
export async function findRefusedJsonRows(
  instance: Instance,
  path: string,
  { columns, required, mostRefused }: Pick<ConvertMessage, 'columns' | 'required' | 'mostRefused'>,
): Promise<readonly RefusedRow[]> {
  const object = `CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END`
  const malformed = await listLines(instance, path, `NOT (${object})`, mostRefused)
  const found = new Map<number, RefusedRow>()
  for (const record of malformed) add(found, { offset: null, record, rule: 'not_a_json_object', typeOnly: false })
  // What is asked of values would fail on a line that is no JSON.
  if (malformed.length > 0) return [...found.values()]
  for (const { name, type } of columns) {
    const structure = quoteText(JSON.stringify({ [name]: type }))
    // A key that is not there is NULL, though the strict transformation refuses it.
    const fails = `(line -> ${pointerTo(name)}) IS NOT NULL AND TRY(json_transform_strict(line, ${structure})) IS NULL`
    for (const record of await listLines(instance, path, fails, mostRefused)) {
      add(found, { offset: null, record, rule: refusalRuleOf(type), column: name, typeOnly: true })
    }
  }
  for (const name of required) {
    for (const record of await listLines(instance, path, `(line ->> ${pointerTo(name)}) IS NULL`, mostRefused)) {
      add(found, { offset: null, record, rule: 'null_in_key', column: name, typeOnly: false })
    }
  }
  return [...found.values()].toSorted((a, b) => (a.record ?? 0) - (b.record ?? 0)).slice(0, mostRefused)
}

/** JSON pointer (RFC 6901) of a key, as SQL text. */
const pointerTo = (name: string): string => quoteText(`/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)

/** The first fault of a line is the one that is told. */
function add(found: Map<number, RefusedRow>, row: RefusedRow): void {
  if (row.record !== null && !found.has(row.record)) found.set(row.record, row)
}

async function listLines(instance: Instance, path: string, condition: string, most: number): Promise<number[]> {
  const rows = await instance.rows(
    `SELECT number FROM ${readLines(path)} WHERE line IS NOT NULL AND trim(line) <> '' AND (${condition})
     ORDER BY number LIMIT ${most}`,
  )
  return rows.map(([number]) => Number(number))
}
