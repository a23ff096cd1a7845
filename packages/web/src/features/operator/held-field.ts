/** How one column of the control database is shown: what protects it, and its bytes or text. */
import type { Protection } from '../inventory/find-in-inventory.ts'
import inventory from '../inventory/inventory.json' with { type: 'json' }

/** What is held in one column of one row. `length` counts all bytes, of which `bytes` may be the first only. */
export type HeldField = { readonly column: string; readonly about: string } & (
  | { readonly kind: 'clear'; readonly text: string }
  | { readonly kind: 'signed'; readonly text: string }
  | { readonly kind: 'bytes'; readonly protection: Protection; readonly bytes: Uint8Array; readonly length: number }
)

const columns = new Map(
  inventory.tables.flatMap(({ table, columns: all }) => all.map((column) => [`${table}.${column.column}`, column])),
)

/** What the database table is for, from its comment. */
export function describeDatabaseTable(table: string): string {
  return inventory.tables.find((known) => known.table === table)?.about ?? ''
}

/** Reads one value as the control plane answers it. */
export function readField(table: string, column: string, value: unknown): HeldField {
  const known = columns.get(`${table}.${column}`)
  const protection = (known?.protection ?? 'clear') as Protection
  const name = { column, about: known?.about ?? '' }
  const bytes = readBytes(value, protection)
  if (bytes !== null) return { ...name, kind: 'bytes', protection, ...bytes }
  const statement = readStatement(value)
  if (statement !== null) return { ...name, kind: 'signed', text: statement }
  return { ...name, kind: 'clear', text: formatValue(value) }
}

/** Rows that name a table's own sealed bytes give base64url text; those of a subject give HeldBytes. */
function readBytes(value: unknown, protection: Protection): { bytes: Uint8Array; length: number } | null {
  if (isRecord(value) && typeof value['base64url'] === 'string' && typeof value['length'] === 'number') {
    return { bytes: decodeHeld(value['base64url']), length: value['length'] }
  }
  const isSealed = protection === 'sealed' || protection === 'account'
  if (!isSealed || typeof value !== 'string' || value === '') return null
  const bytes = decodeHeld(value)
  return { bytes, length: bytes.length }
}

/** The text of a signed statement, which is public: only its signer could have made it, anybody can read it. */
function readStatement(value: unknown): string | null {
  if (!isRecord(value) || typeof value['statement'] !== 'string' || typeof value['signature'] !== 'string') return null
  const text = new TextDecoder().decode(decodeHeld(value['statement']))
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

function formatValue(value: unknown): string {
  if (value === null || value === undefined) return '–'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Ids, keys and digests: in clear, but nothing that a person reads. */
export function isIdentifier(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-|^[A-Za-z0-9_-]{43}$/.test(text)
}

/** Bytes of base64url. */
export function decodeHeld(text: string): Uint8Array {
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/')
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
