import { readEntryFacts, type ReadableEntry } from './ocsf.ts'

const columns = [
  'index',
  'time',
  'outcome',
  'action',
  'code',
  'actor_kind',
  'actor',
  'source',
  'project',
  'object_kind',
  'object',
  'before',
  'after',
  'signed_by',
  'details',
] as const

/** The first line of a CSV of entries (RFC 4180), with its line end. */
export const entryCsvHeader = `${columns.join(',')}\r\n`

/**
 * One entry as a line of CSV. A field that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, tab
 * or carriage return) gets an apostrophe before it, so that opening the file runs nothing. @throws LedgerError
 */
export function formatEntryCsv(listed: ReadableEntry): string {
  const { index, entry, source, signedBy } = readEntryFacts(listed)
  const { time, outcome, action, code, actor, project, object, before, after, details } = entry
  const fields = [time, outcome, action, code, actor.kind, actor.id, source, project, object?.kind, object?.id]
  const rest = [before, after, signedBy, JSON.stringify(details)]
  return `${[String(index), ...[...fields, ...rest].map((field) => formatField(field ?? ''))].join(',')}\r\n`
}

function formatField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
