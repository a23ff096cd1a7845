/** CSV as DuckDB reads it, by RFC 4180 and nothing laxer. */
import { rmSync } from 'node:fs'
import { basename } from 'node:path'
import type { TableColumn } from '../engine.ts'
import { losesWhenCast } from './csv-guard.ts'
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
import type { Instance } from './instance.ts'
import type { ConvertMessage, CsvDialect, Inspected, InspectMessage, ProcessSettings } from './messages.ts'
import { castColumn, quoteName, quoteText } from './sql-text.ts'

const maxRecordBytes = 8 << 20
const bufferBytes = 32 << 20
const sampleRows = 20_480
const isoDate = '%Y-%m-%d'
/** What `settleTypes` makes text in the end, unless another part knows better. */
const unknownType = '"NULL"'
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
    nullText: message.csv.nullText ?? '',
    newline: findNewline(head.text, quote),
  }
  const sniffed = await withReadablePart({ path, scratch, header: message.header, dialect }, async (part) => {
    const columns = await sniffColumns(instance, { ...part, dialect, whole: message.whole })
    return columns === null ? null : keepLongIntegers(instance, { ...part, dialect, whole: message.whole, columns })
  })
  if (sniffed !== null) return { dialect, columns: message.header ? sniffed : nameByPosition(sniffed) }
  const names = nameColumns(splitRecord(head.text, dialect.delimiter, quote), message.header)
  return { dialect, columns: names.map((name) => ({ name, type: unknownType })) }
}

function nameByPosition(columns: readonly TableColumn[]): readonly TableColumn[] {
  return columns.map((column, index) => ({ name: `column${index}`, type: column.type }))
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

async function keepLongIntegers(
  instance: Instance,
  sample: Sample & { readonly columns: readonly TableColumn[] },
): Promise<readonly TableColumn[]> {
  const doubles = sample.columns.filter((column) => column.type === 'DOUBLE')
  if (doubles.length === 0) return sample.columns
  const text = sample.columns.map((column) => ({ name: column.name, type: 'VARCHAR' }))
  const source = readCsv(sample.path, sample, text, 'allow_quoted_nulls = false')
  const limit = sample.whole ? '' : ` LIMIT ${sampleRows}`
  const tests = doubles.map(({ name }) => `bool_or(regexp_matches(${quoteName(name)}, ${quoteText(longInteger)}))`)
  // A bad row further on is for the conversion to name; here it only means that nothing was learned.
  const rows = await instance
    .rows(`SELECT ${tests.join(', ')} FROM (FROM ${source}${limit})`)
    .catch(() => [] as readonly (readonly unknown[])[])
  const long = new Set(doubles.filter((_, index) => rows[0]?.[index] === true).map((column) => column.name))
  return sample.columns.map((column) => (long.has(column.name) ? { name: column.name, type: 'VARCHAR' } : column))
}

export type CsvReading = Pick<ConvertMessage, 'dialect' | 'header' | 'columns' | 'blankIsNull' | 'inferred'>

/**
 * The part as a FROM item. A quoted empty field is the empty text, and NULL in any other column: DuckDB would refuse it
 * there, so once one was seen (`blankIsNull`) those columns are read as text first.
 */
export function readCsvSource(path: string, reading: CsvReading): string {
  const checked = reading.columns.map((column) => checkColumn(column, reading))
  const list = checked.map(({ name, value }) => (value === null ? quoteName(name) : `${value} AS ${quoteName(name)}`))
  const read = checked.map(({ name, type, value }) => ({ name, type: value === null ? type : 'VARCHAR' }))
  return `(SELECT ${list.join(', ')} FROM ${readCsv(path, reading, read, 'allow_quoted_nulls = false')})`
}

type Checked = TableColumn & {
  /** SQL of the value where the column is read as text; null where it is read as it is. */
  readonly value: string | null
}

function checkColumn(column: TableColumn, reading: CsvReading): Checked {
  const text = quoteName(column.name)
  const loses = losesWhenCast(column, reading.inferred)
  const mustBeText = column.type.startsWith('UNION(') || (column.type !== 'VARCHAR' && reading.blankIsNull)
  if (loses === null && !mustBeText) return { ...column, value: null }
  const cast = castColumn(column)
  const guarded = loses === null ? cast : `CASE WHEN ${loses} THEN error('loses') ELSE ${cast} END`
  return { ...column, value: reading.blankIsNull ? `CASE WHEN ${text} <> '' THEN ${guarded} END` : guarded }
}

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

const plainDialect: CsvDialect = { delimiter: ',', quote: '"', escape: '"', nullText: '', newline: '\n' }

/** CRLF is left to be found: see `misleads`. */
function describeDialect(dialect: CsvDialect): string {
  const newline = { '\n': String.raw`new_line = '\n',`, '\r': String.raw`new_line = '\r',`, '\r\n': '' }[
    dialect.newline
  ]
  return `${newline} delim = ${quoteText(dialect.delimiter)}, quote = ${quoteText(dialect.quote)},
    escape = ${quoteText(dialect.escape)}, nullstr = ${quoteText(dialect.nullText)}, comment = '', skip = 0,
    strict_mode = true, max_line_size = ${maxRecordBytes}, buffer_size = ${bufferBytes}`
}
