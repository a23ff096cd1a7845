/** What a table's columns become by a load. */
import type { FileColumn } from './column-format.ts'
import type { TableColumn } from './engine.ts'
import type { TargetTable } from './import-types.ts'

/** The table's columns in their order, with the types that the file needed, then those that only the file has. */
export function addToTable({ columns, mayChange }: TargetTable, found: readonly FileColumn[]): readonly TableColumn[] {
  if (!mayChange) return columns
  const types = new Map(found.map(({ name, type }) => [name, type]))
  const known = new Set(columns.map(({ name }) => name))
  return [
    ...columns.map(({ name, type }) => ({ name, type: types.get(name) ?? type })),
    ...found.filter(({ name }) => !known.has(name)),
  ]
}
