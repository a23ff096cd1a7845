/** Schemas of parts of one file, put together: the narrowest types that hold what each part has. */
import { mergeFormats, unknownType, type FileColumn } from './column-format.ts'

const integers = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'HUGEINT']
/** Digits of the widest value of an integer type that may become a decimal. */
const integerDigits: Readonly<Record<string, number>> = { TINYINT: 3, SMALLINT: 5, INTEGER: 10, BIGINT: 19 }
const mostDigits = 38

/** Columns of `a` in order, then those that only `b` has. */
export function mergeSchemas(a: readonly FileColumn[], b: readonly FileColumn[]): readonly FileColumn[] {
  const columns = new Map(a.map((column) => [column.name, column]))
  for (const column of b) {
    const known = columns.get(column.name)
    columns.set(column.name, known === undefined ? column : mergeColumns(known, column))
  }
  return [...columns.values()]
}

function mergeColumns(a: FileColumn, b: FileColumn): FileColumn {
  const type = mergeTypes(a.type, b.type)
  const merged = type === 'VARCHAR' ? undefined : mergeFormats(a, b, type)
  return merged ?? { name: a.name, type: 'VARCHAR' }
}

/** The narrowest type that holds the values of both. */
export function mergeTypes(a: string, b: string): string {
  if (a === b || b === unknownType) return a
  if (a === unknownType) return b
  if (a === 'JSON' || b === 'JSON') return 'JSON'
  const pair = [a, b]
  if (pair.every((type) => integers.includes(type))) return mergeIntegers(a, b)
  const decimal = pair.find((type) => type.startsWith('DECIMAL('))
  if (decimal !== undefined) return mergeDecimal(decimal, a === decimal ? b : a)
  if (pair.includes('DOUBLE') && pair.some((type) => integers.includes(type) || type === 'FLOAT')) return 'DOUBLE'
  if (pair.includes('DATE') && pair.includes('TIMESTAMP')) return 'TIMESTAMP'
  return 'VARCHAR'
}

function mergeIntegers(a: string, b: string): string {
  const unsigned = a.startsWith('U') === b.startsWith('U')
  if (unsigned) return integers.indexOf(a) > integers.indexOf(b) ? a : b
  return a === 'UBIGINT' || b === 'UBIGINT' || a === 'HUGEINT' || b === 'HUGEINT' ? 'HUGEINT' : 'BIGINT'
}

function mergeDecimal(decimal: string, other: string): string {
  if (other === 'DOUBLE' || other === 'FLOAT') return 'DOUBLE'
  const a = splitDecimal(decimal)
  const b = splitDecimal(other)
  if (a === null || b === null) return 'VARCHAR'
  const scale = Math.max(a.scale, b.scale)
  const digits = Math.max(a.whole, b.whole) + scale
  return digits > mostDigits ? 'VARCHAR' : `DECIMAL(${digits},${scale})`
}

function splitDecimal(type: string): { whole: number; scale: number } | null {
  const digits = integerDigits[type]
  if (digits !== undefined) return { whole: digits, scale: 0 }
  const [, precision, scale] = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type) ?? []
  return precision === undefined ? null : { whole: Number(precision) - Number(scale), scale: Number(scale) }
}

/** Columns that no part could tell the type of are text. */
export function settleTypes(columns: readonly FileColumn[]): readonly FileColumn[] {
  return columns.map((column) => (column.type === unknownType ? { name: column.name, type: 'VARCHAR' } : column))
}

export function isSameSchema(a: readonly FileColumn[], b: readonly FileColumn[]): boolean {
  const describe = ({ name, type, format }: FileColumn) => JSON.stringify([name, type, format])
  return a.length === b.length && a.every((column, index) => describe(column) === describe(b[index] ?? column))
}

/** One column made text, for when its own part could not say what else it should be. */
export function widenToText(columns: readonly FileColumn[], name: string | undefined): readonly FileColumn[] {
  return columns.map((column) => (column.name === name ? { name: column.name, type: 'VARCHAR' } : column))
}
