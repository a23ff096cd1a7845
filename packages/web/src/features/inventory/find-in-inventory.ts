/** The inventory's tables and fields by words and by what protects them. */
import inventory from './inventory.json' with { type: 'json' }

export type Protection = 'clear' | 'account' | 'digest' | 'sealed'

export const protections: readonly { readonly value: Protection; readonly name: string }[] = [
  { value: 'sealed', name: 'sealed: your keys' },
  { value: 'account', name: 'encrypted: the platform’s key' },
  { value: 'digest', name: 'hash' },
  { value: 'clear', name: 'clear' },
]

type InventoryTable = (typeof inventory.tables)[number]

/** Tables with the fields that match; a table whose own words match shows all of its fields of that kind. */
export function findInInventory(text: string, protection: string | null): InventoryTable[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const has = (...said: string[]): boolean => {
    const whole = said.join(' ').toLowerCase()
    return words.every((word) => whole.includes(word))
  }
  return inventory.tables.flatMap((table) => {
    const columns = table.columns.filter(
      (column) =>
        (protection === null || column.protection === protection) &&
        (has(table.table, table.about) || has(table.table, column.column, column.about)),
    )
    return columns.length === 0 ? [] : [{ ...table, columns }]
  })
}
