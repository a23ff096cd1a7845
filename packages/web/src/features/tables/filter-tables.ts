import type { Table } from '../../api/catalogue.ts'

/** Tables whose bucket, name or a column has every word, those changed last first. */
export function filterTables(tables: readonly Table[], text: string, bucket: string | null): Table[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const matches = (table: Table): boolean => {
    const said = [`${table.bucket}.${table.name}`, ...table.columns.map(({ name }) => name)].join(' ').toLowerCase()
    return words.every((word) => said.includes(word))
  }
  return tables
    .filter((table) => (bucket === null || table.bucket === bucket) && matches(table))
    .toSorted((a, b) => ((a.changed ?? a.created) < (b.changed ?? b.created) ? 1 : -1))
}

/** Buckets with how many tables each has, by name. */
export function listBuckets(tables: readonly Table[]): { readonly bucket: string; readonly tables: number }[] {
  const groups = Map.groupBy(tables, ({ bucket }) => bucket)
  return [...groups]
    .map(([bucket, list]) => ({ bucket, tables: list.length }))
    .toSorted((a, b) => a.bucket.localeCompare(b.bucket))
}
