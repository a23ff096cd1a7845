/**
 * The log's name inside the engine. DuckDB has a catalogue of its own called `system`, so that a schema of that name cannot
 * be said without ambiguity: there the table is in a schema whose name has the same length, which keeps every position in
 * an error true, and which no bucket can have.
 */
import { auditTable } from '@keyhold/contract'
import type { TableName } from '../engine/index.ts'

export const schemaInEngine = '_ystem'

export function isAuditTable({ bucket, table }: TableName): boolean {
  return bucket?.toLowerCase() === auditTable.bucket && table.toLowerCase() === auditTable.table
}

const opaque = [
  String.raw`[eE]'(?:[^'\\]|\\.|'')*'`,
  String.raw`'(?:[^']|'')*'`,
  String.raw`(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?\1`,
  String.raw`--[^\n]*`,
  String.raw`/\*[\s\S]*?\*/`,
]
const named = String.raw`(?<![\w.$"])("?)system\2(?=\s*\.\s*(?:"audit"|audit\b))`
const other = String.raw`"(?:[^"]|"")*"`
const form = new RegExp([...opaque, named, other].join('|'), 'gi')

/** The same SQL with the log's name as the engine has it; literals, comments and other names are left alone. */
export function nameInEngine(sql: string): string {
  return sql.replaceAll(form, (match: string, _dollar: string | undefined, quote: string | undefined) =>
    quote === undefined ? match : `${quote}${schemaInEngine}${quote}`,
  )
}
