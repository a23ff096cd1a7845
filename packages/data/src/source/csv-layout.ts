/**
 * The beginning of a CSV file as people make them: a title above the table, several header rows, Excel's `sep=` line. Text
 * here has one character a byte, so only ASCII blanks are trimmed: others may be part of a letter.
 */

export type CsvRecord = {
  readonly fields: readonly string[]
  /** Offset in the text just behind its line end, and lines up to there. */
  readonly end: number
  readonly lines: number
}

export type CsvLayout = {
  readonly delimiter: string
  /** Records before the first header row. */
  readonly skipped: number
  /** Lines of those. */
  readonly skippedLines: number
  /** Offset behind them. */
  readonly start: number
}

const candidates = [',', ';', '\t', '|'] as const
const lookedAt = 200

/**
 * Records of the text that are whole, at most `most`; the last one counts without a line end when the text is the file.
 * Fields are unquoted as RFC 4180 says.
 */
export function readRecords(
  text: string,
  { delimiter, quote, isWhole }: { delimiter: string; quote: string; isWhole: boolean },
  most = lookedAt,
): readonly CsvRecord[] {
  const records: CsvRecord[] = []
  let [field, fields, isQuoted, lines] = ['', [] as string[], false, 0]
  let isBegun = false
  for (let at = 0; at < text.length && records.length < most; at += 1) {
    const character = text[at] ?? ''
    if (character === '\n') lines += 1
    isBegun = true
    if (isQuoted && character === quote && text[at + 1] === quote) {
      field += quote
      at += 1
    } else if (quote !== '' && character === quote && (isQuoted || field === '')) isQuoted = !isQuoted
    else if (isQuoted) field += character
    else if (character === delimiter) {
      fields.push(field)
      field = ''
    } else if (character === '\n') {
      records.push({ fields: [...fields, field], end: at + 1, lines })
      ;[field, fields, isBegun] = ['', [], false]
    } else if (character !== '\r') field += character
  }
  if (isWhole && isBegun && records.length < most)
    records.push({ fields: [...fields, field], end: text.length, lines: lines + 1 })
  return records
}

type Given = { readonly delimiter?: string | undefined; readonly skip?: number | undefined; readonly quote: string }

/** What is given stands; the rest is found out. `text` has no byte order mark. */
export function findLayout(text: string, isWhole: boolean, given: Given): CsvLayout {
  const separator = /^"?sep=(.)"?\r?\n/i.exec(text)
  const body = separator === null ? text : text.slice(separator[0].length)
  const delimiter = given.delimiter ?? separator?.[1] ?? chooseDelimiter(body, isWhole, given.quote)
  const records = readRecords(text, { delimiter, quote: given.quote, isWhole })
  const skipped =
    given.skip === undefined ? (separator === null ? 0 : 1) + countTitles(records, separator !== null) : given.skip
  const all =
    skipped <= records.length ? records : readRecords(text, { delimiter, quote: given.quote, isWhole }, skipped)
  const last = all[Math.min(skipped, all.length) - 1]
  return { delimiter, skipped, skippedLines: last?.lines ?? 0, start: last?.end ?? 0 }
}

/** The one that splits most records into the same number of fields, of these the one with most fields. */
function chooseDelimiter(text: string, isWhole: boolean, quote: string): string {
  let best = { delimiter: ',', share: 0, width: 1 }
  for (const delimiter of candidates) {
    const records = readRecords(text, { delimiter, quote, isWhole }).filter(({ fields }) => !isBlank(fields))
    const { width, share } = measure(records)
    if (width < 2) continue
    if (share > best.share || (share === best.share && width > best.width)) best = { delimiter, share, width }
  }
  return best.delimiter
}

/** The number of fields that most records have, and how many of them. */
function measure(records: readonly CsvRecord[]): { width: number; share: number } {
  const counts = new Map<number, number>()
  for (const { fields } of records) counts.set(fields.length, (counts.get(fields.length) ?? 0) + 1)
  const [width, count] = [...counts].toSorted((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0]
  return { width, share: records.length === 0 ? 0 : count / records.length }
}

const trimBlanks = (text: string): string => text.replaceAll(/^[ \t\n]+|[ \t\n]+$/g, '')
const countFilled = (fields: readonly string[]): number => fields.filter((field) => trimBlanks(field) !== '').length
const isBlank = (fields: readonly string[]): boolean => countFilled(fields) === 0
const isNumber = (field: string): boolean => /^\s*[+-]?[\d.,\s]*\d[\d.,\s%]*$/.test(field)

/** A header names each column, once, and with no number. */
function looksLikeHeader(fields: readonly string[], width: number): boolean {
  const names = fields.map((field) => trimBlanks(field).toLowerCase())
  return (
    names.length === width && names.every((name) => name !== '' && !isNumber(name)) && new Set(names).size === width
  )
}

/** Leading records with one text at most, when a header of the table's width and rows follow; else none is skipped. */
function countTitles(records: readonly CsvRecord[], afterSeparator: boolean): number {
  const all = afterSeparator ? records.slice(1) : records
  const filled = all.filter(({ fields }) => !isBlank(fields))
  const { width, share } = measure(filled)
  if (width < 2 || share < 0.5) return 0
  const first = all.findIndex(({ fields }) => countFilled(fields) > 1)
  if (first <= 0 || all.length < first + 2) return 0
  const header = all[first]?.fields ?? []
  return looksLikeHeader(header, width) ? first : 0
}

/** One header record of several: the texts of a column joined by a space. */
export function joinHeaders(rows: readonly (readonly string[])[], delimiter: string, quote: string): string {
  const width = Math.max(...rows.map((row) => row.length))
  const names = Array.from({ length: width }, (_, index) =>
    rows
      .map((row) => trimBlanks(row[index] ?? '').replaceAll(/[ \t\n]+/g, ' '))
      .filter((text) => text !== '')
      .join(' '),
  )
  const enclose = (name: string) => (quote === '' ? name : quote + name.replaceAll(quote, quote + quote) + quote)
  return `${names.map(enclose).join(delimiter)}\n`
}
