/** How a file is to be read, from its name and the options; all of it travels sealed. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Column, ImportOpening } from '@keyhold/contract'
import { usage, type Arguments } from '../arguments.ts'
import { CliError } from '../errors.ts'

type Format = ImportOpening['format']
export const formats = ['csv', 'ndjson', 'parquet'] as const

const formatsByEnding: Readonly<Record<string, Format>> = {
  csv: 'csv',
  tsv: 'csv',
  tab: 'csv',
  txt: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
  pq: 'parquet',
}

/** Throws `cli.usage` when the format cannot be told or an option does not fit it. */
export function chooseSettings(path: string, args: Arguments): ImportOpening {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''
  const format = (args.value('format') as Format | undefined) ?? formatsByEnding[ending]
  if (format === undefined) throw unknownFormat(path, ending)
  return {
    fileName: basename(path).slice(0, 1000),
    format,
    ...chooseCsv(format, ending, args),
    ...chooseSchema(args),
    ...(args.flag('allow-schema-change') ? { allowSchemaChange: true } : {}),
    ...(args.flag('allow-shrink') ? { allowShrink: true } : {}),
  }
}

function chooseCsv(format: Format, ending: string, args: Arguments): Partial<ImportOpening> {
  const delimiter = readDelimiter(args.value('delimiter')) ?? (ending === 'tsv' || ending === 'tab' ? '\t' : undefined)
  const nullValue = args.value('null')
  const given = {
    delimiter: args.value('delimiter'),
    null: nullValue,
    'no-header': args.flag('no-header') || undefined,
  }
  const unfit = Object.entries(given).find(([, value]) => value !== undefined)
  if (format !== 'csv') {
    if (unfit !== undefined) throw usage(`--${unfit[0]} is for CSV files`, 'leave it out, or add --format csv.')
    return {}
  }
  return {
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(nullValue === undefined ? {} : { nullValue }),
    ...(args.flag('no-header') ? { header: false } : {}),
  }
}

function readDelimiter(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const delimiter = text === '\\t' || text === 'tab' ? '\t' : text
  if (delimiter.length === 1) return delimiter
  throw usage('--delimiter takes one character', 'write it as it is, or "tab".')
}

function chooseSchema(args: Arguments): { schema?: Column[] } {
  const path = args.value('schema')
  if (path === undefined) return {}
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
  return { schema: parsed.map(({ name, type }) => ({ name, type })) }
}

function isColumn(value: unknown): value is Column {
  const column = value as Partial<Column> | null
  return typeof column?.name === 'string' && typeof column.type === 'string'
}

function unknownFormat(path: string, ending: string): CliError {
  const packed = ['gz', 'zip', 'zst', 'bz2', 'xz', 'xlsx'].includes(ending)
  return usage(
    `the format of ${path} cannot be told from its name`,
    packed
      ? 'unpack it first; CSV, NDJSON and Parquet are taken as they are.'
      : `add --format ${formats.join(', --format ')}.`,
  )
}
