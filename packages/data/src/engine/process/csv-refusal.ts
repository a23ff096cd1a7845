/** Finds the rows of a CSV part that do not fit, without their values: a second, slower reading. */
import type { FileColumn } from '../column-format.ts'
import { refusalRuleOf } from '../types.ts'
import { losesWhenCast } from './csv-guard.ts'
import { readCsv } from './csv-source.ts'
import { parseDuckError } from './duck-error.ts'
import type { Instance } from './instance.ts'
import type { ConvertMessage, RefusedRow } from './messages.ts'
import { quoteName } from './sql-text.ts'

const ruleByError: Readonly<Record<string, string>> = {
  'MISSING COLUMNS': 'too_few_columns',
  'TOO MANY COLUMNS': 'too_many_columns',
  'UNQUOTED VALUE': 'unterminated_quote',
  'LINE SIZE OVER MAXIMUM': 'record_too_long',
  'INVALID ENCODING': 'invalid_utf8',
  'INVALID STATE': 'malformed',
}

type Reading = Pick<ConvertMessage, 'dialect' | 'header' | 'columns' | 'mostRefused'>

/** In order; empty when every row fits once quoted empty fields count as NULL. */
export async function findRefusedCsvRows(
  instance: Instance,
  path: string,
  message: ConvertMessage,
): Promise<readonly RefusedRow[]> {
  const typed = message.columns.map((column) => (column.format === undefined ? column : asText(column)))
  const rejected = await findRejectedRows(instance, path, { ...message, columns: typed })
  return rejected.length > 0 ? rejected : findLosingRows(instance, path, message)
}

/** Rows that are not of these columns: in number, or a value not of the type. */
export async function findRejectedRows(
  instance: Instance,
  path: string,
  reading: Reading,
): Promise<readonly RefusedRow[]> {
  const options = `allow_quoted_nulls = true, store_rejects = true, rejects_limit = ${reading.mostRefused * 4}`
  const source = readCsv(path, reading, reading.columns, options)
  try {
    // Every column has to be asked for, or DuckDB would not look at its values.
    await instance.rows(`SELECT count(COLUMNS(*)) FROM ${source}`)
  } catch (error) {
    return [explainMessage(parseDuckError(error).exception_message ?? '')]
  }
  const rows = await instance.rows(
    `SELECT line_byte_position, arg_min(column_name, column_idx), arg_min(CAST(error_type AS VARCHAR), column_idx)
     FROM reject_errors GROUP BY line_byte_position ORDER BY line_byte_position LIMIT ${reading.mostRefused}`,
  )
  return rows.map(([position, column, kind]) =>
    toRefusedRow(Number(position) - 1, column, String(kind), reading.columns),
  )
}

const asText = ({ name }: FileColumn): FileColumn => ({ name, type: 'VARCHAR' })

type Guard = { readonly column: FileColumn; readonly fails: string; readonly rule: string; readonly typeOnly: boolean }

function listGuards({ columns, inferred, required }: ConvertMessage): readonly Guard[] {
  return columns.flatMap((column) => {
    const text = quoteName(column.name)
    const loses = losesWhenCast(column, inferred)
    const empty = column.type === 'VARCHAR' ? `${text} IS NULL` : `${text} IS NULL OR ${text} = ''`
    const guards: Guard[] = []
    if (required.includes(column.name)) guards.push({ column, fails: empty, rule: 'null_in_key', typeOnly: false })
    if (loses === null) return guards
    const fails = `${text} <> '' AND (${loses})`
    return [...guards, { column, fails, rule: refusalRuleOf(column.type), typeOnly: true }]
  })
}

/** Rows with a value that a cast would change, or without one where there must be one. */
async function findLosingRows(
  instance: Instance,
  path: string,
  message: ConvertMessage,
): Promise<readonly RefusedRow[]> {
  const guards = listGuards(message)
  if (guards.length === 0) return []
  const source = readCsv(path, message, message.columns.map(asText), 'allow_quoted_nulls = false')
  const which = guards.map(({ fails }, index) => `WHEN ${fails} THEN ${index}`).join(' ')
  const rows = await instance.rows(
    `SELECT number, which FROM (
       SELECT number, CASE ${which} END AS which FROM (SELECT row_number() OVER () AS number, * FROM ${source})
     ) WHERE which IS NOT NULL ORDER BY number LIMIT ${message.mostRefused}`,
  )
  return rows.flatMap(([number, index]) => {
    const guard = guards[Number(index)]
    if (guard === undefined) return []
    const { rule, typeOnly, column } = guard
    return [{ offset: null, record: Number(number) + (message.header ? 1 : 0), typeOnly, rule, column: column.name }]
  })
}

function toRefusedRow(offset: number, column: unknown, kind: string, columns: readonly FileColumn[]): RefusedRow {
  const known = columns.find(({ name }) => name === column)
  const typeOnly = kind === 'CAST'
  return {
    offset,
    record: null,
    typeOnly,
    rule: typeOnly ? refusalRuleOf(known?.type ?? '') : (ruleByError[kind] ?? 'malformed'),
    ...(known === undefined ? {} : { column: known.name }),
  }
}

/** Some faults stop even this reading; DuckDB's text then says which, and its record. */
function explainMessage(text: string): RefusedRow {
  const record = /CSV Error on Line: (\d+)/.exec(text)?.[1]
  const base = { offset: null, record: record === undefined ? null : Number(record), typeOnly: false }
  if (/Invalid unicode|not utf-8 encoded/i.test(text)) return { ...base, rule: 'invalid_utf8' }
  if (/unterminated quote/i.test(text)) return { ...base, rule: 'unterminated_quote' }
  if (/Maximum line size/i.test(text)) return { ...base, rule: 'record_too_long' }
  if (/invalid state/i.test(text)) return { ...base, rule: 'mixed_line_endings' }
  return { ...base, rule: 'malformed' }
}
