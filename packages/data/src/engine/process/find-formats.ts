/**
 * Finds out how the text columns of a sample are written: other decimal signs, groups of digits, other dates. What can be
 * read in two ways stays text, unless the rest of the file or the person who loads it says which one is meant.
 */
import type { ColumnFormat, FileColumn, NumberFormat } from '../column-format.ts'
import type { TableColumn } from '../engine.ts'
import { isWritten } from './format-sql.ts'
import type { Instance } from './instance.ts'
import type { FormatHints } from './messages.ts'
import { quoteName, quoteText } from './sql-text.ts'

/** SQL over the sample: rows as text under the columns' names. */
export type Sample = {
  readonly instance: Instance
  readonly source: string
  /** Columns whose type is known beforehand: a value that does not fit it is a bad one, and does not hide the format. */
  readonly expected: ReadonlySet<string>
}

/** Rows of the sample that are looked at first. */
const firstLook = 1000
/** Part of the values that decide for a column whose type is known. */
const decidingShare = 0.9

export type FoundFormats = { readonly columns: readonly FileColumn[]; readonly decimal: '.' | ',' | null }

const numberLike = String.raw`\s*[+-]?\d[\d.,' \x{a0}\x{202f}_]*\s*`
const dateLike = String.raw`\s*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}([ T].*)?`
const datePatterns = [
  'DD.MM.YYYY',
  'DD/MM/YYYY',
  'MM/DD/YYYY',
  'DD-MM-YYYY',
  'MM-DD-YYYY',
  'YYYY/MM/DD',
  'YYYY.MM.DD',
] as const
/** In order of preference among those that read a column alike. */
const numberFormats: readonly NumberFormat[] = (
  [
    [',', null],
    [',', '.'],
    [',', ' '],
    [',', "'"],
    ['.', null],
    ['.', ','],
    ['.', ' '],
    ['.', "'"],
  ] as const
).map(([decimal, thousands]) => ({ kind: 'number', decimal, thousands }))

/** Columns whose text is written in a way of its own get the type and format; the others stay as they are. */
export async function findFormats(
  sample: Sample,
  columns: readonly FileColumn[],
  hints: FormatHints,
): Promise<FoundFormats> {
  const looks = await lookAt(sample, columns, hints)
  const numbers = await readNumbers(
    sample,
    columns.filter((column) => looks.numbers.has(column.name)),
    hints,
  )
  const decimal = hints.decimal ?? numbers.decimal
  const found = new Map<string, FileColumn>()
  for (const column of numbers.choose(decimal)) found.set(column.name, column)
  const dates = columns.filter((column) => looks.dates.has(column.name))
  for (const column of await readDates(sample, dates, hints)) found.set(column.name, column)
  const named = columns.map((column) => addZone(found.get(column.name) ?? column, hints.timeZone ?? null))
  return { columns: named, decimal }
}

/** A zone makes timestamps without one instants. */
function addZone(column: FileColumn, zone: string | null): FileColumn {
  if (zone === null || column.type !== 'TIMESTAMP') return column
  const pattern = column.format?.kind === 'timestamp' ? column.format.pattern : null
  return { name: column.name, type: 'TIMESTAMP WITH TIME ZONE', format: { kind: 'timestamp', pattern, zone } }
}

const none: ReadonlySet<string> = new Set()

type Looks = { readonly numbers: ReadonlySet<string>; readonly dates: ReadonlySet<string> }

/** What DuckDB took for text is looked at first; what it took for numbers only where some text may be one. */
async function lookAt(sample: Sample, columns: readonly FileColumn[], hints: FormatHints): Promise<Looks> {
  const texts = columns.filter(({ type }) => type === 'VARCHAR').map(({ name }) => name)
  const [numbers = none, dates = none] = await findAlike(sample, texts, [numberLike, dateLike])
  if (numbers.size === 0 && hints.decimal !== ',' && hints.thousands === undefined) return { numbers, dates }
  const doubles = columns.filter(({ type }) => type === 'DOUBLE').map(({ name }) => name)
  const [more = none] = await findAlike(sample, doubles, [numberLike])
  return { numbers: new Set([...numbers, ...more]), dates }
}

/** By pattern the columns whose values all match it. */
async function findAlike(
  sample: Sample,
  names: readonly string[],
  patterns: readonly string[],
): Promise<readonly Set<string>[]> {
  const sets = patterns.map(() => new Set<string>())
  if (names.length > 0) {
    const tests = names.flatMap((name) => patterns.map((pattern) => shareOf(name, matches(name, pattern))))
    // A few rows tell most columns of text from those that are worth a closer look.
    const shares = await readShares({ ...sample, source: `(FROM ${sample.source} LIMIT ${firstLook})` }, tests)
    for (const [index, name] of names.entries()) {
      for (const [at, set] of sets.entries()) {
        if ((shares[patterns.length * index + at] ?? 0) >= neededShare(sample, name)) set.add(name)
      }
    }
  }
  return sets
}

const neededShare = ({ expected }: Sample, name: string): number => (expected.has(name) ? decidingShare : 1)

async function readShares({ instance, source }: Sample, tests: readonly string[]): Promise<readonly number[]> {
  const rows = await instance.rows(`SELECT ${tests.join(', ')} FROM ${source}`)
  return (rows[0] ?? []).map(Number)
}

const matches = (name: string, pattern: string): string =>
  `regexp_full_match(${quoteName(name)}, ${quoteText(pattern)})`

/** Share of the values that pass; 0 when there is none. */
const shareOf = (name: string, test: string): string =>
  `coalesce(avg(CAST(${test} AS INTEGER)) FILTER (WHERE ${quoteName(name)} <> ''), 0)`

/** A way to read a column: a format that all values fit, and the narrower type that holds them. */
type Reading = { readonly format: NumberFormat; readonly type: 'BIGINT' | 'DOUBLE' }
type Candidate = { readonly column: TableColumn; readonly readings: readonly Reading[] }

/** For each column the ways to read it, and the decimal sign of the file if those that are certain agree on one. */
async function readNumbers(sample: Sample, columns: readonly FileColumn[], hints: FormatHints) {
  const underscored: NumberFormat = { kind: 'number', decimal: hints.decimal ?? '.', thousands: '_' }
  const known = hints.thousands === '_' ? [...numberFormats, underscored] : numberFormats
  const allowed = known.filter(
    ({ decimal, thousands }) =>
      (hints.decimal === undefined || decimal === hints.decimal) &&
      (hints.thousands === undefined || thousands === null || thousands === hints.thousands),
  )
  const candidates: Candidate[] = []
  for (const column of columns) candidates.push({ column, readings: await listReadings(sample, column, allowed) })
  const certain = new Set(
    candidates.flatMap(({ readings }) => {
      const signs = new Set(readings.map(({ format }) => format.decimal))
      return signs.size === 1 ? [...signs] : []
    }),
  )
  const decimal = certain.size === 1 ? ([...certain][0] ?? null) : null
  const choose = (sign: '.' | ',' | null): FileColumn[] =>
    candidates.flatMap((candidate) => chooseReading(candidate, sign, hints.decimal !== undefined))
  return { decimal, choose }
}

async function listReadings(
  sample: Sample,
  { name }: TableColumn,
  allowed: readonly NumberFormat[],
): Promise<Reading[]> {
  const fits = (format: NumberFormat, type: string) => shareOf(name, isWritten({ name, type, format }))
  const shares = await readShares(
    sample,
    allowed.flatMap((format) => [fits(format, 'BIGINT'), fits(format, 'DOUBLE')]),
  )
  const needed = neededShare(sample, name)
  const readings = allowed.flatMap((format, index) => {
    const [whole = 0, fraction = 0] = shares.slice(2 * index, 2 * index + 2)
    if (Math.max(whole, fraction) < needed) return []
    return [
      { format, type: whole >= fraction ? ('BIGINT' as const) : ('DOUBLE' as const), share: Math.max(whole, fraction) },
    ]
  })
  return keepBest(readings)
}

/** What fits more values than another does is meant; what fits as many may be. */
function keepBest<T extends { readonly share: number }>(found: readonly T[]): T[] {
  const best = Math.max(...found.map(({ share }) => share))
  return found.filter(({ share }) => share === best)
}

/** Nothing for a column that DuckDB reads already, or that can be read in two ways. */
function chooseReading({ column, readings }: Candidate, sign: '.' | ',' | null, isGiven: boolean): FileColumn[] {
  const { name } = column
  const fitting = readings.filter(({ format }) => format.decimal === sign)
  const isAlike = readings.every(
    ({ type, format }) => type === 'BIGINT' && format.thousands === readings[0]?.format.thousands,
  )
  const signs = new Set(readings.map(({ format }) => format.decimal))
  const reading = fitting[0] ?? (isAlike || signs.size === 1 ? readings[0] : undefined)
  // Where a comma was asked for, 1.5 is no number: DuckDB's reading must not stand.
  if (reading === undefined) return isGiven && column.type === 'DOUBLE' ? [{ name, type: 'VARCHAR' }] : []
  if (reading.format.decimal === '.' && reading.format.thousands === null) return []
  return [{ name, type: reading.type, format: reading.format }]
}

/** A date that fits two patterns stays text: 01/02/2026 is in January or in February. */
async function readDates(sample: Sample, columns: readonly FileColumn[], hints: FormatHints): Promise<FileColumn[]> {
  const patterns: readonly string[] = hints.dateFormat === undefined ? datePatterns : [hints.dateFormat]
  const found: FileColumn[] = []
  for (const { name } of columns) {
    const fits = (format: ColumnFormat) => shareOf(name, isWritten({ name, type: 'DATE', format }))
    const tests = patterns.flatMap((pattern) => [
      fits({ kind: 'date', pattern }),
      fits({ kind: 'timestamp', pattern, zone: null }),
    ])
    const shares = await readShares(sample, tests)
    const fitting = (kind: 0 | 1) =>
      keepBest(
        patterns
          .map((pattern, index) => ({ pattern, share: shares[2 * index + kind] ?? 0 }))
          .filter(({ share }) => share >= neededShare(sample, name)),
      ).map(({ pattern }) => pattern)
    const [date, ...moreDates] = fitting(0)
    const [time, ...moreTimes] = fitting(1)
    if (date !== undefined && moreDates.length === 0) {
      found.push({ name, type: 'DATE', format: { kind: 'date', pattern: date } })
    } else if (date === undefined && time !== undefined && moreTimes.length === 0) {
      found.push({ name, type: 'TIMESTAMP', format: { kind: 'timestamp', pattern: time, zone: null } })
    }
  }
  return found
}
