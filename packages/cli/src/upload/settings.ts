/** How a file is to be read, from its name and the options; all of it travels sealed. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Column, ImportMode, ImportOpening } from '@keyhold/contract'
import { usage, type Arguments } from '../arguments.ts'
import { CliError } from '../errors.ts'
import { formats } from './options.ts'

type Format = ImportOpening['format']

const formatsByEnding: Readonly<Record<string, Format>> = {
  csv: 'csv',
  tsv: 'csv',
  tab: 'csv',
  txt: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
  xlsx: 'xlsx',
  xlsm: 'xlsx',
  parquet: 'parquet',
  pq: 'parquet',
}

/** Options by the formats that they are for; the others are for every format. */
const optionFormats: Readonly<Record<string, readonly Format[]>> = {
  encoding: ['csv', 'json'],
  delimiter: ['csv'],
  decimal: ['csv'],
  thousands: ['csv'],
  'date-format': ['csv'],
  'time-zone': ['csv', 'xlsx'],
  null: ['csv'],
  'skip-lines': ['csv', 'xlsx'],
  'header-rows': ['csv', 'xlsx'],
  'no-header': ['csv', 'xlsx'],
  sheet: ['xlsx'],
  'json-path': ['json'],
}

const formatTitles: Readonly<Record<Format, string>> = {
  csv: 'CSV',
  ndjson: 'NDJSON',
  json: 'JSON',
  xlsx: 'Excel',
  parquet: 'Parquet',
}

/** Throws `cli.usage` when the format cannot be told or an option does not fit it. */
export function chooseSettings(path: string, args: Arguments): ImportOpening {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''
  const format = (args.value('format') as Format | undefined) ?? formatsByEnding[ending]
  if (format === undefined) throw unknownFormat(path, ending)
  checkOptions(format, args)
  const settings = {
    fileName: basename(path).slice(0, 1000),
    format,
    ...chooseText(ending, args),
    ...chooseLayout(args),
    schema: chooseSchema(args),
    primaryKey: choosePrimaryKey(args),
    allowSchemaChange: args.flag('allow-schema-change') || undefined,
    allowShrink: args.flag('allow-shrink') || undefined,
    badRows: args.value('bad-rows') === 'quarantine' ? ('quarantine' as const) : undefined,
    mostBadRows: chooseMostBadRows(args),
  }
  return dropAbsent(settings)
}

/** What is not given is not there: the data plane refuses fields that say nothing. */
function dropAbsent(settings: object): ImportOpening {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as ImportOpening
}

function checkOptions(format: Format, args: Arguments): void {
  for (const [name, allowed] of Object.entries(optionFormats)) {
    if (!args.flag(name) || allowed.includes(format)) continue
    const titles = allowed.map((one) => formatTitles[one]).join(' and ')
    throw usage(`--${name} is for ${titles} files`, `leave it out, or add --format ${allowed[0] ?? 'csv'}.`)
  }
}

function chooseText(ending: string, args: Arguments) {
  const [nullValue, ...nullValues] = args.values('null')
  const decimal = args.value('decimal')
  const thousands = args.value('thousands')
  return {
    encoding: args.value('encoding'),
    delimiter: readDelimiter(args.value('delimiter')) ?? (ending === 'tsv' || ending === 'tab' ? '\t' : undefined),
    decimal:
      decimal === undefined ? undefined : decimal === ',' || decimal === 'comma' ? (',' as const) : ('.' as const),
    thousands: thousands === 'space' ? (' ' as const) : (thousands as ImportOpening['thousands']),
    dateFormat: readDateFormat(args.value('date-format')),
    timeZone: args.value('time-zone'),
    nullValue,
    nullValues: nullValues.length === 0 ? undefined : nullValues,
  }
}

function chooseLayout(args: Arguments) {
  const sheet = args.value('sheet')
  return {
    header: args.flag('no-header') ? false : undefined,
    skipLines: readCount(args, 'skip-lines', 0, 100_000),
    headerRows: readCount(args, 'header-rows', 1, 20),
    sheet: sheet !== undefined && /^\d{1,4}$/.test(sheet) && Number(sheet) > 0 ? readSheet(sheet) : sheet,
    jsonPath: args.value('json-path'),
  }
}

/** Sheets are often named by a year: four digits are a name, fewer a number. */
const readSheet = (text: string): string | number => (text.length === 4 ? text : Number(text))

function chooseMostBadRows(args: Arguments): number | undefined {
  const most = readCount(args, 'most-bad-rows', 0, Number.MAX_SAFE_INTEGER)
  if (most !== undefined && args.value('bad-rows') !== 'quarantine') {
    throw usage('--most-bad-rows says how many go into the quarantine', 'add --bad-rows quarantine.')
  }
  return most
}

/** Throws `cli.usage` for a mode that has no key. */
function choosePrimaryKey(args: Arguments): string[] | undefined {
  const text = args.value('primary-key')
  if (text === undefined) return undefined
  const mode = (args.value('mode') as ImportMode | undefined) ?? 'replace'
  if (mode === 'append') throw usage('--primary-key does not go with --mode append', 'use --mode upsert.')
  const names = text.split(',').map((name) => name.trim())
  if (names.every((name) => name !== '') && new Set(names).size === names.length) return names
  throw usage('--primary-key takes names of columns', 'write them with commas between: --primary-key country,id')
}

function readCount(args: Arguments, name: string, least: number, most: number): number | undefined {
  const text = args.value(name)
  if (text === undefined) return undefined
  const count = Number(text)
  if (/^\d{1,16}$/.test(text) && count >= least && count <= most) return count
  throw usage(`--${name} takes a number from ${least} to ${most}`, `write --${name} ${Math.max(least, 2)}.`)
}

function readDelimiter(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const delimiter = text === '\\t' || text === 'tab' ? '\t' : text
  if (delimiter.length === 1) return delimiter
  throw usage('--delimiter takes one character', 'write it as it is, or "tab".')
}

function readDateFormat(text: string | undefined): string | undefined {
  const pattern = text?.toUpperCase()
  if (pattern === undefined || /^(YYYY([./-])MM\2DD|DD([./-])MM\3YYYY|MM([./-])DD\4YYYY)$/.test(pattern)) return pattern
  throw usage('--date-format takes YYYY, MM and DD with one sign between', 'write it such as DD.MM.YYYY.')
}

function chooseSchema(args: Arguments): Column[] | undefined {
  const path = args.value('schema')
  if (path === undefined) return undefined
  const problem = (cause?: unknown): CliError =>
    new CliError(
      'input.unreadable',
      `${path} is not a schema`,
      'give a JSON file such as [{"name": "id", "type": "BIGINT"}].',
      { cause },
    )
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw problem(cause)
  }
  if (!Array.isArray(parsed) || parsed.length === 0 || !parsed.every(isColumn)) throw problem()
  return parsed.map(({ name, type }) => ({ name, type }))
}

function isColumn(value: unknown): value is Column {
  const column = value as Partial<Column> | null
  return typeof column?.name === 'string' && typeof column.type === 'string'
}

function unknownFormat(path: string, ending: string): CliError {
  const packed = ['gz', 'zip', 'zst', 'bz2', 'xz'].includes(ending)
  const old = ['xls', 'xlsb', 'ods'].includes(ending)
  return usage(
    `the format of ${path} cannot be told from its name`,
    packed
      ? 'unpack it first; files are taken as they are.'
      : old
        ? 'save it as .xlsx or CSV first.'
        : `add --format ${formats.join(', --format ')}.`,
  )
}
