/** How a column's text is written where DuckDB's own cast does not read it: other numbers, other dates, a zone. */
import type { TableColumn } from './engine.ts'

export type NumberFormat = {
  readonly kind: 'number'
  readonly decimal: '.' | ','
  /** Between groups of three digits; null when there is none. A space stands for every kind of space. */
  readonly thousands: string | null
}

/** `pattern` is of the words YYYY, MM and DD, such as `DD.MM.YYYY`. */
type DateFormat = { readonly kind: 'date'; readonly pattern: string }

type TimestampFormat = {
  readonly kind: 'timestamp'
  /** Of the date, before the time of day; null for ISO 8601. */
  readonly pattern: string | null
  /** IANA zone of values that name none; null when they stay without one. */
  readonly zone: string | null
}

export type ColumnFormat = NumberFormat | DateFormat | TimestampFormat

/** A column of a file: its name, the type that it becomes, and how its text is written when not as DuckDB expects. */
export type FileColumn = TableColumn & { readonly format?: ColumnFormat }

const instant = 'TIMESTAMP WITH TIME ZONE'
const numeric = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DOUBLE|FLOAT|DECIMAL\(.*\))$/

/** What is known of a whole file's writing. */
export type FileWriting = {
  readonly decimal: '.' | ',' | null
  readonly thousands: string | null
  readonly dateFormat: string | null
  readonly zone: string | null
}

/** The column of a table as a file writes it: its type is the table's, its format the file's where the two agree. */
export function fitFormat(column: TableColumn, found: FileColumn | undefined, writing: FileWriting): FileColumn {
  const plain = { name: column.name, type: column.type }
  const format = chooseFormat(column.type, found, writing)
  return format === null ? plain : { ...plain, format }
}

function chooseFormat(type: string, found: FileColumn | undefined, writing: FileWriting): ColumnFormat | null {
  const format = found?.format ?? (found?.type === 'VARCHAR' ? assumeFormat(type, writing) : null)
  if (format?.kind === 'number') return numeric.test(type) ? format : null
  const pattern = format?.pattern ?? null
  if (type === 'DATE') return format?.kind === 'date' ? format : null
  if (type === 'TIMESTAMP') return pattern === null ? null : { kind: 'timestamp', pattern, zone: null }
  if (type !== instant || (pattern === null && writing.zone === null)) return null
  return { kind: 'timestamp', pattern, zone: writing.zone ?? 'UTC' }
}

/** How the values of the type are written in this file, when the column itself does not tell. */
function assumeFormat(type: string, { decimal, thousands, dateFormat }: FileWriting): ColumnFormat | null {
  if (dateFormat !== null && type === 'DATE') return { kind: 'date', pattern: dateFormat }
  if (dateFormat !== null && type.startsWith('TIMESTAMP')) return { kind: 'timestamp', pattern: dateFormat, zone: null }
  if (!numeric.test(type) || (decimal !== ',' && thousands === null)) return null
  return { kind: 'number', decimal: decimal ?? '.', thousands: thousands ?? '.' }
}

/** One column of two parts of a file; undefined when no one type and format holds both. */
export function mergeFormats(a: FileColumn, b: FileColumn, type: string): FileColumn | undefined {
  const column = { name: a.name, type }
  const [x, y] = [a.format, b.format]
  if (x === undefined && y === undefined) return column
  if (x !== undefined && y !== undefined) {
    const merged = JSON.stringify(x) === JSON.stringify(y) ? x : mergeLike(x, y)
    return merged && { ...column, format: merged }
  }
  const bare = x === undefined ? a : b
  const format = (x ?? y) as ColumnFormat
  if (bare.type === unknownType) return { ...column, format }
  // Digits alone mean the same in every way of writing numbers.
  return format.kind === 'number' && /INT(EGER)?$/.test(bare.type) ? { ...column, format } : undefined
}

/** A part without groups of digits, or without times of day, does not contradict one that has some. */
function mergeLike(x: ColumnFormat, y: ColumnFormat): ColumnFormat | undefined {
  if (x.kind === 'date' && y.kind === 'timestamp') return x.pattern === y.pattern ? y : undefined
  if (x.kind === 'timestamp' && y.kind === 'date') return mergeLike(y, x)
  if (x.kind !== 'number' || y.kind !== 'number' || x.decimal !== y.decimal) return undefined
  return x.thousands === null ? y : y.thousands === null ? x : undefined
}

/** DuckDB's type of a column that is NULL throughout. */
export const unknownType = '"NULL"'
