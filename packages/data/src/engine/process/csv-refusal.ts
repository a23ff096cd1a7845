/** Finds the first row of a CSV part that does not fit, without its values: a second, slower reading. */
import type { TableColumn } from '../engine.ts'
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

/** Null when every row fits once quoted empty fields count as NULL. */
export async function findRefusedCsvRow(
  instance: Instance,
  path: string,
  message: ConvertMessage,
): Promise<RefusedRow | null> {
  const source = readCsv(path, message, message.columns, 'allow_quoted_nulls = true, store_rejects = true')
  try {
    // Every column has to be asked for, or DuckDB would not look at its values.
    await instance.rows(`SELECT count(COLUMNS(*)) FROM ${source}`)
  } catch (error) {
    return explainMessage(parseDuckError(error).exception_message ?? '')
  }
  const rows = await instance.rows(
    `SELECT line_byte_position, column_name, CAST(error_type AS VARCHAR) FROM reject_errors
     ORDER BY line_byte_position, column_idx LIMIT 1`,
  )
  const [position, column, kind] = rows[0] ?? []
  if (typeof kind !== 'string') return findLosingRow(instance, path, message)
  return toRefusedRow(Number(position) - 1, column, kind, message.columns)
}

/** The first row with a value that a cast would change. */
async function findLosingRow(instance: Instance, path: string, message: ConvertMessage): Promise<RefusedRow | null> {
  const guarded = message.columns.flatMap((column) => {
    const loses = losesWhenCast(column, message.inferred)
    return loses === null ? [] : [{ column, loses: `${quoteName(column.name)} <> '' AND (${loses})` }]
  })
  if (guarded.length === 0) return null
  const text = message.columns.map(({ name }) => ({ name, type: 'VARCHAR' }))
  const source = readCsv(path, message, text, 'allow_quoted_nulls = false')
  const firsts = guarded.map(({ loses }, index) => `min(number) FILTER (WHERE ${loses}) AS f${index}`)
  const rows = await instance.rows(
    `SELECT ${firsts.join(', ')} FROM (SELECT row_number() OVER () AS number, * FROM ${source})`,
  )
  const found = guarded.flatMap(({ column }, index) => {
    const number = rows[0]?.[index]
    return number === null || number === undefined ? [] : [{ column, number: Number(number) }]
  })
  const first = found.toSorted((a, b) => a.number - b.number)[0]
  if (first === undefined) return null
  const record = first.number + (message.header ? 1 : 0)
  return { offset: null, record, typeOnly: true, rule: refusalRuleOf(first.column.type), column: first.column.name }
}

function toRefusedRow(offset: number, column: unknown, kind: string, columns: readonly TableColumn[]): RefusedRow {
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
