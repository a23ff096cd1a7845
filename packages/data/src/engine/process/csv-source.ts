/** CSV as DuckDB reads it, by RFC 4180 and nothing laxer. */
import { rmSync } from 'node:fs'
import { basename } from 'node:path'
import { unknownType, type FileColumn } from '../column-format.ts'
import type { TableColumn } from '../engine.ts'
import { losesWhenCast, needsCare, screenOf } from './csv-guard.ts'
import {
  chooseDelimiter,
  copyBehindLine,
  findNewline,
  leadingLine,
  misleads,
  nameColumns,
  readHead,
  splitRecord,
} from './csv-head.ts'
import { Failure } from './duck-error.ts'
import { findFormats, type FoundFormats } from './find-formats.ts'
import { readFormatted } from './format-sql.ts'
import type { Instance } from './instance.ts'
import type { ConvertMessage, CsvDialect, FormatHints, Inspected, InspectMessage, ProcessSettings } from './messages.ts'
import { castColumn, quoteName, quoteText } from './sql-text.ts'

const maxRecordBytes = 8 << 20
const bufferBytes = 32 << 20
const sampleRows = 20_480
const isoDate = '%Y-%m-%d'
/** Digits that a DOUBLE cannot all hold. */
const longInteger = String.raw`^\s*[+-]?[0-9]{16,}\s*$`

/**
 * Dates are inferred from ISO 8601 only: 03/04/2020 means two things, so it stays text. A part that DuckDB cannot make
 * sense of has columns of unknown type here: its conversion then names the row that is at fault.
 * @throws Failure `import.empty`.
 */
export async function inspectCsv(
  instance: Instance,
  { data, scratch }: ProcessSettings,
  message: InspectMessage,
): Promise<Inspected> {
  const path = `${data}/${message.part}`
  const head = readHead(path)
  if (head.isWhole && head.text.trim() === '') throw new Failure({ code: 'import.empty' })
  const quote = message.csv.quote ?? '"'
  const dialect: CsvDialect = {
    delimiter: message.csv.delimiter ?? chooseDelimiter(head.text, quote),
    quote,
    escape: message.csv.escape ?? quote,
    nullTexts: message.csv.nullTexts ?? [''],
    newline: findNewline(head.text, quote),
  }
  const sniffed = await withReadablePart({ path, scratch, header: message.header, dialect }, (part) =>
    inspectSample(instance, { ...part, dialect, whole: message.whole, expected: message.expected }, message.hints),
  )
  if (sniffed !== null) {
    const columns = message.header ? sniffed.columns : nameByPosition(sniffed.columns)
    return { dialect, columns, decimal: sniffed.decimal }
  }
  const names = nameColumns(splitRecord(head.text, dialect.delimiter, quote), message.header)
  return { dialect, columns: names.map((name) => ({ name, type: unknownType })), decimal: null }
}

async function inspectSample(
  instance: Instance,
  sample: SampledPart,
  hints: FormatHints,
): Promise<FoundFormats | null> {
  const columns = await sniffColumns(instance, sample)
  if (columns === null) return null
  const kept = await keepIdentifiers(instance, { ...sample, columns })
  const text = columns.map(({ name }) => ({ name, type: 'VARCHAR' }))
  const limit = sample.whole ? '' : ` LIMIT ${sampleRows}`
  const source = `(FROM ${readCsv(sample.path, sample, text, plainNulls)}${limit})`
  // A bad row further on is for the conversion to name; until then nothing was found out.
  return findFormats({ instance, source, expected: new Set(sample.expected) }, kept, hints).catch(() => ({
    columns: kept,
    decimal: null,
  }))
}

function nameByPosition(columns: readonly FileColumn[]): readonly FileColumn[] {
  return columns.map((column, index) => ({ ...column, name: `column${index}` }))
}

export type ReadablePart = { readonly path: string; readonly header: boolean; readonly added: number }

/** Gives the part, or for the time of `work` a copy, such that DuckDB reads it as it is meant. */
export async function withReadablePart<T>(
  part: { readonly path: string; readonly scratch: string; readonly header: boolean; readonly dialect: CsvDialect },
  work: (part: ReadablePart) => Promise<T>,
): Promise<T> {
  const { path, header, dialect } = part
  if (header || !misleads(readHead(path).text, dialect.newline)) return work({ path, header, added: 0 })
  const copy = `${part.scratch}/${basename(path)}.csv`
  try {
    copyBehindLine(path, copy)
    return await work({ path: copy, header: true, added: leadingLine.length })
  } finally {
    rmSync(copy, { force: true })
  }
}

type SampledPart = Sample & { readonly expected: readonly string[] }
type Sample = ReadablePart & { readonly dialect: CsvDialect; readonly whole: boolean }

async function sniffColumns(instance: Instance, sample: Sample): Promise<readonly TableColumn[] | null> {
  const options = [
    describeDialect(sample.dialect),
    `header = ${sample.header}, sample_size = ${sample.whole ? -1 : sampleRows}`,
  ]
  try {
    const rows = await instance.rows(
      `SELECT CAST(to_json(Columns) AS VARCHAR), DateFormat, TimestampFormat
       FROM sniff_csv(${quoteText(sample.path)}, ${options.join(', ')})`,
    )
    const [columns, dateFormat, timestampFormat] = rows[0] ?? []
    const guessed = JSON.parse(String(columns)) as TableColumn[]
    return guessed.map((column) => keepCertainType(column, dateFormat, timestampFormat))
  } catch {
    return null
  }
}

function keepCertainType(column: TableColumn, dateFormat: unknown, timestampFormat: unknown): TableColumn {
  const guessedDate = column.type === 'DATE' && dateFormat !== null && dateFormat !== isoDate
  const guessedTime = column.type.startsWith('TIMESTAMP') && timestampFormat !== null
  return guessedDate || guessedTime ? { name: column.name, type: 'VARCHAR' } : column
}

/** Integers that a double cannot hold, and numbers with `_` in them, are identifiers. */
async function keepIdentifiers(
  instance: Instance,
  sample: Sample & { readonly columns: readonly TableColumn[] },
): Promise<readonly TableColumn[]> {
  const numbers = sample.columns.filter(({ type }) => type === 'DOUBLE' || type === 'BIGINT')
  if (numbers.length === 0) return sample.columns
  const text = sample.columns.map((column) => ({ name: column.name, type: 'VARCHAR' }))
  const source = readCsv(sample.path, sample, text, plainNulls)
  const limit = sample.whole ? '' : ` LIMIT ${sampleRows}`
  const tests = numbers.map(({ name, type }) => {
    const isLong = `regexp_matches(${quoteName(name)}, ${quoteText(longInteger)})`
    return `bool_or(contains(${quoteName(name)}, '_')${type === 'DOUBLE' ? ` OR ${isLong}` : ''})`
  })
  // A bad row further on is for the conversion to name; here it only means that nothing was learned.
  const rows = await instance
    .rows(`SELECT ${tests.join(', ')} FROM (FROM ${source}${limit})`)
    .catch(() => [] as readonly (readonly unknown[])[])
  const found = new Set(numbers.filter((_, index) => rows[0]?.[index] === true).map((column) => column.name))
  return sample.columns.map((column) => (found.has(column.name) ? { name: column.name, type: 'VARCHAR' } : column))
}

export type CsvReading = Pick<ConvertMessage, 'dialect' | 'header' | 'columns' | 'careful' | 'inferred'>

/**
 * The part as a FROM item; reading it fails on a value that has to be looked at closely. Columns that are known to have
 * some (`careful`) are read as text: wide integers, and quoted empty fields, which are the empty text in a column of text
 * and NULL in any other.
 */
export function readCsvSource(path: string, reading: CsvReading): string {
  const planned = reading.columns.map((column) => planColumn(column, reading))
  const list = planned.map(({ name, value }) => (value === null ? quoteName(name) : `${value} AS ${quoteName(name)}`))
  return `(SELECT ${list.join(', ')} FROM ${readCsv(path, reading, planned, plainNulls)})`
}

type PlannedColumn = TableColumn & {
  /** SQL of the value where it is not the column itself. */
  readonly value: string | null
}

/** The column's name with the type to read it as. */
function planColumn(column: FileColumn, reading: CsvReading): PlannedColumn {
  const { name, format } = column
  const quoted = quoteName(name)
  if (format !== undefined) {
    const value = refuseWhere(losesWhenCast(column, reading.inferred), readFormatted({ ...column, format }))
    return { name, type: 'VARCHAR', value: `CASE WHEN ${quoted} <> '' THEN ${value} END` }
  }
  if (column.type === 'VARCHAR') return { ...column, value: null }
  if (reading.careful.includes(name)) {
    const value = refuseWhere(losesWhenCast(column, reading.inferred), castColumn(column))
    return { name, type: 'VARCHAR', value: `CASE WHEN ${quoted} <> '' THEN ${value} END` }
  }
  const screen = screenOf(column, reading.inferred)
  if (screen !== null) return { name, type: screen.readAs, value: refuseWhere(screen.isOdd, castColumn(column)) }
  if (column.type.startsWith('UNION(')) return { name, type: 'VARCHAR', value: castColumn(column) }
  return { ...column, value: null }
}

const refuseWhere = (condition: string | null, value: string): string =>
  condition === null ? value : `CASE WHEN ${condition} THEN error('odd') ELSE ${value} END`

/** Columns that cannot be read without care, those known before included. */
export async function findCarefulColumns(
  instance: Instance,
  path: string,
  reading: CsvReading,
): Promise<readonly string[]> {
  const typed = reading.columns.filter((column) => column.type !== 'VARCHAR' && column.format === undefined)
  if (typed.length === 0) return []
  const text = reading.columns.map(({ name }) => ({ name, type: 'VARCHAR' }))
  const tests = typed.map((column) => `bool_or(${needsCare(column)})`)
  const rows = await instance.rows(`SELECT ${tests.join(', ')} FROM ${readCsv(path, reading, text, plainNulls)}`)
  const found = typed.filter((column, index) => rows[0]?.[index] === true || reading.careful.includes(column.name))
  return found.map((column) => column.name)
}

const plainNulls = 'allow_quoted_nulls = false'

/** A call of `read_csv` with nothing left to detect. */
export function readCsv(
  path: string,
  reading: Pick<CsvReading, 'dialect' | 'header'>,
  columns: readonly TableColumn[],
  more: string,
): string {
  const dialect = reading.dialect ?? plainDialect
  const typed = columns.map((column) => `${quoteText(column.name)}: ${quoteText(column.type)}`)
  return `read_csv(${quoteText(path)}, auto_detect = false, ${describeDialect(dialect)}, header = ${reading.header},
    columns = {${typed.join(', ')}}, ${more})`
}

const plainDialect: CsvDialect = { delimiter: ',', quote: '"', escape: '"', nullTexts: [''], newline: '\n' }

/** CRLF is left to be found: see `misleads`. */
function describeDialect(dialect: CsvDialect): string {
  const newline = { '\n': String.raw`new_line = '\n',`, '\r': String.raw`new_line = '\r',`, '\r\n': '' }[
    dialect.newline
  ]
  return `${newline} delim = ${quoteText(dialect.delimiter)}, quote = ${quoteText(dialect.quote)},
    escape = ${quoteText(dialect.escape)}, nullstr = [${dialect.nullTexts.map(quoteText).join(', ')}], comment = '', skip = 0,
    strict_mode = true, max_line_size = ${maxRecordBytes}, buffer_size = ${bufferBytes}`
}
