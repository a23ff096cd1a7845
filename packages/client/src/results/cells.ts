/**
 * Exact text of result values. A result's Parquet file holds each column either as it is (the kinds below, bit for bit)
 * or as the engine's own text; this turns both into what the engine's CAST(x AS VARCHAR) would give, nothing rounded.
 */
import type { ResultColumn } from '@keyhold/contract'

/** A value as the reader gives it: days and clock values are raw integers. */
export type Cell = null | boolean | number | bigint | string | Uint8Array

export type CellFormat = {
  /** The engine's text of a value that is not NULL. */
  readonly text: (cell: Exclude<Cell, null>) => string
  /** JSON of a value that is not NULL: a number only where every reader gets exactly that number, else text. */
  readonly json: (cell: Exclude<Cell, null>) => string
  /** Aligned to the right in tables. */
  readonly numeric: boolean
}

/** How a column's values are written. Unknown kinds are text: so they are stored. */
export function formatOf(column: Pick<ResultColumn, 'type' | 'stored'>): CellFormat {
  const numeric = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*|BIGNUM)$/.test(column.type)
  const kind = column.stored === 'VARCHAR' ? 'VARCHAR' : column.type
  return { ...(formats[kind] ?? textFormat), numeric }
}

type Format = Omit<CellFormat, 'numeric'>

const quote = (text: string): string => JSON.stringify(text)
const textFormat: Format = { text: String, json: (cell) => quote(String(cell)) }
const quoted = (text: Format['text']): Format => ({ text, json: (cell) => quote(text(cell)) })
const integer: Format = { text: String, json: (cell) => (isExact(cell) ? String(cell) : quote(String(cell))) }

const formats: Readonly<Record<string, Format>> = {
  BOOLEAN: { text: String, json: String },
  TINYINT: integer,
  SMALLINT: integer,
  INTEGER: integer,
  BIGINT: integer,
  UTINYINT: integer,
  USMALLINT: integer,
  UINTEGER: integer,
  UBIGINT: integer,
  FLOAT: float((value) => shortestSingle(value)),
  DOUBLE: float((value) => value),
  BLOB: quoted((cell) => (cell instanceof Uint8Array ? formatBlob(cell) : String(cell))),
  DATE: quoted((cell) => formatDate(Number(cell))),
  TIMESTAMP: quoted((cell) => formatTimestamp(toBigInt(cell), 1_000_000n)),
  TIMESTAMP_MS: quoted((cell) => formatTimestamp(toBigInt(cell), 1_000n)),
  TIMESTAMP_NS: quoted((cell) => formatTimestamp(toBigInt(cell), 1_000_000_000n)),
  'TIMESTAMP WITH TIME ZONE': quoted((cell) => withZone(formatTimestamp(toBigInt(cell), 1_000_000n))),
}

function isExact(cell: Cell): boolean {
  return Number.isSafeInteger(Number(cell))
}

function toBigInt(cell: Cell): bigint {
  return typeof cell === 'bigint' ? cell : BigInt(Number(cell))
}

function float(shorten: (value: number) => number): Format {
  const text = (cell: Cell): string => formatDouble(shorten(Number(cell)))
  const json = (cell: Cell): string => {
    const value = shorten(Number(cell))
    if (Object.is(value, -0)) return '-0.0'
    return Number.isFinite(value) ? JSON.stringify(value) : quote(formatDouble(value))
  }
  return { text, json }
}

/** The double with the fewest digits that is the same 32-bit float. */
function shortestSingle(value: number): number {
  if (value === 0) return value
  if (!Number.isFinite(value)) return value
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits))
    if (Math.fround(shorter) === value) return shorter
  }
  return Number(value.toPrecision(9))
}

/** The shortest digits that read back as the same number; an exponent below 1e-4 and from 1e16 on. */
function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const size = Math.abs(value)
  if (size >= 1e-4 && size < 1e16) {
    const text = String(value)
    return Number.isInteger(value) ? `${text}.0` : text
  }
  return formatScientific(value)
}

/** The same shortest digits with an exponent of at least two digits. */
function formatScientific(value: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential().split('e')
  return `${mantissa}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`
}

/** Printable ASCII as it is, all else as \xHH. */
function formatBlob(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x5c && byte !== 0x27 && byte !== 0x22
    text += plain ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return text
}

const infiniteDays = 2_147_483_647

function formatDate(days: number): string {
  if (days === infiniteDays) return 'infinity'
  if (days === -infiniteDays) return '-infinity'
  const { year, month, day } = civilFromDays(days)
  const shown = year > 0 ? year : 1 - year
  const text = `${String(shown).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`
  return year > 0 ? text : `${text} (BC)`
}

const infiniteTime = 9_223_372_036_854_775_807n

function formatTimestamp(value: bigint, perSecond: bigint): string {
  if (value === infiniteTime) return 'infinity'
  if (value === -infiniteTime) return '-infinity'
  const { days, seconds, fraction } = splitTime(value, perSecond)
  const clock = `${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`
  const behind =
    fraction === 0
      ? ''
      : `.${String(fraction)
          .padStart(String(perSecond).length - 1, '0')
          .replace(/0+$/, '')}`
  const [date = '', era] = formatDate(days).split(' ')
  return `${date}${era === undefined ? '' : ` ${era}`} ${clock}${behind}`
}

/** Days before or after 1970, seconds of the day, and the part of a second; plain numbers wherever they are exact. */
function splitTime(value: bigint, perSecond: bigint): { days: number; seconds: number; fraction: number } {
  const perDay = perSecond * 86_400n
  const whole = Number(value)
  if (Number.isSafeInteger(whole)) {
    const days = Math.floor(whole / Number(perDay))
    const rest = whole - days * Number(perDay)
    const seconds = Math.floor(rest / Number(perSecond))
    return { days, seconds, fraction: rest - seconds * Number(perSecond) }
  }
  const rest = ((value % perDay) + perDay) % perDay
  const days = Number((value - rest) / perDay)
  return { days, seconds: Number(rest / perSecond), fraction: Number(rest % perSecond) }
}

/** The engine shows instants in UTC. */
function withZone(text: string): string {
  return text.endsWith('infinity') ? text : `${text}+00`
}

/** Proleptic Gregorian date of a day number; 0 is 1970-01-01 (H. Hinnant, "chrono-compatible low-level date algorithms"). */
function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
