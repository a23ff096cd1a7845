/** The options of `keyhold upload`, by what they are about. */
import type { OptionSpecs } from '../arguments.ts'

export const formats = ['csv', 'ndjson', 'json', 'xlsx', 'parquet'] as const
const modes = ['replace', 'append', 'upsert'] as const

export const uploadOptions = {
  mode: {
    kind: 'value',
    hint: 'MODE',
    about: 'replace the table’s rows (default), append to them, or upsert: replace those with the same key',
    choices: modes,
  },
  'primary-key': { kind: 'value', hint: 'COLUMNS', about: 'with commas between; needed for the first upsert only' },
  format: {
    kind: 'value',
    hint: 'FORMAT',
    about: 'csv, ndjson, json, xlsx or parquet (default: by the file’s ending)',
    choices: formats,
  },
  encoding: { kind: 'value', group: 'CSV', hint: 'NAME', about: 'such as windows-1250 (default: found out)' },
  delimiter: { kind: 'value', group: 'CSV', hint: 'CHARACTER', about: 'between fields (default: found out)' },
  decimal: {
    kind: 'value',
    group: 'CSV',
    hint: 'SIGN',
    about: 'before fractions (default: found out)',
    choices: ['.', ',', 'comma', 'point'],
  },
  thousands: {
    kind: 'value',
    group: 'CSV',
    hint: 'SIGN',
    about: "between groups of digits: . , ' _ or space (default: found out)",
    choices: ['.', ',', "'", '_', ' ', 'space'],
  },
  'date-format': {
    kind: 'value',
    group: 'CSV',
    hint: 'PATTERN',
    about: 'such as DD/MM/YYYY (default: found out; what means two things stays text)',
  },
  'time-zone': {
    kind: 'value',
    group: 'CSV',
    hint: 'ZONE',
    about: 'of timestamps without one, such as Europe/Berlin (default: they stay without)',
  },
  null: {
    kind: 'values',
    group: 'CSV',
    hint: 'TEXT',
    about: 'text that means NULL (default: an empty field); may be given again',
  },
  'skip-lines': {
    kind: 'value',
    group: 'CSV and Excel',
    hint: 'N',
    about: 'lines above the header (default: in CSV found out)',
  },
  'header-rows': {
    kind: 'value',
    group: 'CSV and Excel',
    hint: 'N',
    about: 'rows of the header, joined by a space (default: 1)',
  },
  'no-header': { kind: 'flag', group: 'CSV and Excel', about: 'the first line is data' },
  sheet: { kind: 'value', group: 'Excel', hint: 'SHEET', about: 'name, or number from 1 (default: the first visible)' },
  'json-path': {
    kind: 'value',
    group: 'JSON',
    hint: 'PATH',
    about: 'where the array of objects is, such as data.items (default: found out)',
  },
  schema: {
    kind: 'value',
    group: 'Columns',
    hint: 'FILE',
    about: 'JSON list of {name, type}; anything else in the file is refused',
  },
  'allow-schema-change': { kind: 'flag', group: 'Columns', about: 'let the table’s columns change, unasked' },
  'allow-shrink': {
    kind: 'flag',
    group: 'Columns',
    about: 'let a replacement have less than half of the table’s rows',
  },
  'bad-rows': {
    kind: 'value',
    group: 'Bad rows',
    hint: 'WHAT',
    about: 'refuse the file (default), or quarantine them in bucket.table__quarantine, sealed as any table',
    choices: ['refuse', 'quarantine'],
  },
  'most-bad-rows': {
    kind: 'value',
    group: 'Bad rows',
    hint: 'N',
    about: 'above this number the file is refused all the same (default: 1,000 or 1 %, whichever is more)',
  },
  'no-wait': { kind: 'flag', group: 'The upload itself', about: 'do not wait for the last import' },
  restart: { kind: 'flag', group: 'The upload itself', about: 'forget an unfinished upload of the same file' },
} as const satisfies OptionSpecs
