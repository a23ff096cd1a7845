/** An upload's plaintext as the engine shall read it: decoded, freed of what stands above the table, or cut out of JSON. */
import type { ImportOpening, SourceFacts } from '@keyhold/contract'
import { RecordCutter, type CsvOptions, type ImportRequest } from '../engine/index.ts'
import { DataError } from '../errors.ts'
import { openCsvHead } from '../source/csv-head.ts'
import { checkEncoding, transcode } from '../source/encoding.ts'
import { splitJsonArray } from '../source/json-array.ts'

type Bytes<R> = AsyncGenerator<Uint8Array, R>
type Facts = { -readonly [K in keyof SourceFacts]: SourceFacts[K] }

export type OpenedSource<R> = {
  readonly stream: Bytes<R>
  readonly csv: CsvOptions
  /** Lines of the file for which the stream has none. */
  readonly linesBefore: number
  /** What was found out; some of it only once the stream has ended. */
  readonly facts: Facts
}

/** @throws `import.bad_setting`, `import.unknown_encoding` before anything is read */
export function checkOpening(opening: ImportOpening): void {
  if (opening.encoding !== undefined) checkEncoding(opening.encoding)
  if (opening.dateFormat !== undefined && !isDatePattern(opening.dateFormat)) throw badSetting('the date format')
  if (opening.timeZone !== undefined && !isTimeZone(opening.timeZone)) throw badSetting('the time zone')
  if (opening.decimal !== undefined && opening.decimal === opening.thousands) throw badSetting('the signs of numbers')
}

const isDatePattern = (text: string): boolean =>
  /^(YYYY([./-])MM\2DD|(DD|MM)([./-])(DD|MM)\4YYYY)$/.test(text) && text.includes('DD') && text.includes('MM')

function isTimeZone(name: string): boolean {
  try {
    // Offsets such as +01:00 are zones to Intl, but not to the engine.
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '' && !/^[+-]/.test(name)
  } catch {
    return false
  }
}

/** Reads the head of the source already. @throws `import.` codes of the source's form */
export async function openSource<R>(plaintext: Bytes<R>, opening: ImportOpening): Promise<OpenedSource<R>> {
  const facts: Facts = { format: opening.format }
  if (opening.format === 'csv') return openCsv(plaintext, opening, facts)
  const plain = { csv: {}, linesBefore: 0, facts }
  if (opening.format !== 'json') return { ...plain, stream: plaintext }
  const found: { path: string | null } = {
    get path() {
      return facts.jsonPath ?? null
    },
    set path(path) {
      if (path !== null) facts.jsonPath = path
    },
  }
  const text = transcode(plaintext, opening.encoding, (label) => (facts.encoding = label))
  return { ...plain, stream: splitJsonArray(text, opening.jsonPath, found) }
}

async function openCsv<R>(plaintext: Bytes<R>, opening: ImportOpening, facts: Facts): Promise<OpenedSource<R>> {
  const { quote = '"', header = true, headerRows = 1, delimiter, skipLines } = opening
  const text = transcode(plaintext, opening.encoding, (label) => (facts.encoding = label))
  const head = await openCsvHead(text, { quote, header, headerRows, delimiter, skipLines })
  const nullTexts = [opening.nullValue ?? '', ...(opening.nullValues ?? [])]
  facts.delimiter = head.delimiter
  facts.headerRows = header ? headerRows : 0
  facts.skippedLines = head.skippedLines
  facts.nullTexts = nullTexts
  if (opening.thousands !== undefined) facts.thousands = opening.thousands
  if (opening.timeZone !== undefined) facts.timeZone = opening.timeZone
  const csv = { delimiter: head.delimiter, quote, header, nullTexts }
  return { stream: head.stream, csv, linesBefore: head.linesBefore, facts }
}

/** How the engine reads the parts of the source. */
export function chooseEngineFormat({ format }: ImportOpening): ImportRequest['format'] {
  if (format === 'json') return 'ndjson'
  return format === 'xlsx' ? 'csv' : format
}

export function chooseHints({ decimal, thousands, dateFormat, timeZone }: ImportOpening): ImportRequest['hints'] {
  return {
    ...(decimal !== undefined && { decimal }),
    ...(thousands !== undefined && { thousands }),
    ...(dateFormat !== undefined && { dateFormat }),
    ...(timeZone !== undefined && { timeZone }),
  }
}

/** Undefined for a format that cannot be cut. */
export function createCutter({ format, quote = '"' }: ImportOpening): RecordCutter | undefined {
  if (format === 'parquet' || format === 'xlsx') return undefined
  return new RecordCutter({ quote: format === 'csv' && quote !== '' ? quote : null })
}

function badSetting(what: string): DataError {
  return new DataError(
    'import.bad_setting',
    `A setting of the import cannot be used: ${what}.`,
    'Give a date format such as DD.MM.YYYY, a zone such as Europe/Berlin, and other signs for decimals and thousands.',
  )
}
