/** Schemas of parts of one file, put together: the narrowest types that hold what each part has. */
import type { TableColumn } from './engine.ts'

/** A part whose column is null throughout says nothing about its type. */
const unknownType = '"NULL"'
const integers = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'HUGEINT']

/** Columns of `a` in order, then those that only `b` has. */
export function mergeSchemas(a: readonly TableColumn[], b: readonly TableColumn[]): readonly TableColumn[] {
  const types = new Map(a.map((column) => [column.name, column.type]))
  for (const { name, type } of b) types.set(name, mergeTypes(types.get(name) ?? unknownType, type))
  return [...types].map(([name, type]) => ({ name, type }))
}

function mergeTypes(a: string, b: string): string {
  if (a === b || b === unknownType) return a
  if (a === unknownType) return b
  if (a === 'JSON' || b === 'JSON') return 'JSON'
  const pair = [a, b]
  if (pair.every((type) => integers.includes(type))) return mergeIntegers(a, b)
  if (pair.includes('DOUBLE') && pair.some((type) => integers.includes(type))) return 'DOUBLE'
  if (pair.includes('DATE') && pair.includes('TIMESTAMP')) return 'TIMESTAMP'
  return 'VARCHAR'
}

function mergeIntegers(a: string, b: string): string {
  const unsigned = a.startsWith('U') === b.startsWith('U')
  if (unsigned) return integers.indexOf(a) > integers.indexOf(b) ? a : b
  return a === 'UBIGINT' || b === 'UBIGINT' || a === 'HUGEINT' || b === 'HUGEINT' ? 'HUGEINT' : 'BIGINT'
}

/** Columns that no part could tell the type of are text. */
export function settleTypes(columns: readonly TableColumn[]): readonly TableColumn[] {
  return columns.map((column) => (column.type === unknownType ? { name: column.name, type: 'VARCHAR' } : column))
}

export function isSameSchema(a: readonly TableColumn[], b: readonly TableColumn[]): boolean {
  return (
    a.length === b.length &&
    a.every((column, index) => column.name === b[index]?.name && column.type === b[index]?.type)
  )
}

/** One column made text, for when its own part could not say what else it should be. */
export function widenToText(columns: readonly TableColumn[], name: string | undefined): readonly TableColumn[] {
  return columns.map((column) => (column.name === name ? { name: column.name, type: 'VARCHAR' } : column))
}
