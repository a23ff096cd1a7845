import type { Table } from '../../api/catalogue.ts'

/** Tables that have every typed word in their name, or else with the columns that have. Pure. */
export function filterTables(tables: readonly Table[], typed: string): readonly Table[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return tables
  const has = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word))
  return tables.flatMap((table) => {
    if (has(`${table.bucket}.${table.name}`)) return [table]
    const columns = table.columns.filter(({ name }) => has(`${table.bucket}.${table.name} ${name}`))
    return columns.length === 0 ? [] : [{ ...table, columns }]
  })
}

/** Buckets in order of their names, and in each the tables in order of theirs. */
export function groupTables(
  tables: readonly Table[],
): readonly { readonly bucket: string; readonly tables: readonly Table[] }[] {
  const byBucket = Map.groupBy(tables, ({ bucket }) => bucket)
  return [...byBucket]
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([bucket, all]) => ({ bucket, tables: all.toSorted((a, b) => a.name.localeCompare(b.name, 'en')) }))
}
