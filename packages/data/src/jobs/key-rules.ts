/** The primary key of a table: from the first upsert on it stays, and no two rows have the same. */
import type { Column, ImportMode, ImportOpening } from '@keyhold/contract'
import { DataError } from '../errors.ts'
import type { TableState } from '../project/catalogue.ts'

export type KeyPlan = {
  readonly columns: readonly string[]
  /** The table had rows and no key: they have to be looked at. */
  readonly isNew: boolean
}

/** Types whose values are equal exactly when they are shown alike. */
const comparable = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|BOOLEAN|VARCHAR|DATE|TIME|UUID|TIMESTAMP.*|DECIMAL\(.*\))$/

/** The key that this load goes by; null for none. @throws `import.key_missing`, `import.key_changed`, `import.key_append` */
export function planKey(
  mode: ImportMode,
  { primaryKey: given, allowSchemaChange }: ImportOpening,
  current: TableState | undefined,
): KeyPlan | null {
  const had = current?.manifest.primaryKey
  if (mode === 'append') {
    if (had !== undefined || given !== undefined) throw keyAppend()
    return null
  }
  const columns = given ?? had
  if (columns === undefined) {
    if (mode === 'upsert') throw keyMissing()
    return null
  }
  const mayChange = mode === 'replace' && allowSchemaChange === true
  if (had !== undefined && !isSameKey(had, columns) && !mayChange) throw keyChanged()
  return { columns, isNew: had === undefined && mode === 'upsert' && current !== undefined }
}

export function isSameKey(a: readonly string[] | null | undefined, b: readonly string[] | null | undefined): boolean {
  return JSON.stringify(a?.toSorted() ?? null) === JSON.stringify(b?.toSorted() ?? null)
}

/** @throws `import.bad_key` when a column of the key is not there or of a type that cannot be one */
export function checkKeyColumns(key: KeyPlan | null, columns: readonly Column[]): void {
  const types = new Map(columns.map(({ name, type }) => [name, type]))
  if (key?.columns.every((name) => comparable.test(types.get(name) ?? '')) === false) throw badKey()
}

function keyMissing(): DataError {
  return new DataError(
    'import.key_missing',
    'The table has no primary key yet, so rows cannot be told apart.',
    'Name its columns with --primary-key.',
  )
}

function keyChanged(): DataError {
  return new DataError(
    'import.key_changed',
    'The table has another primary key.',
    'Leave --primary-key out, load into another table, or replace this one with --mode replace --allow-schema-change.',
  )
}

function keyAppend(): DataError {
  return new DataError(
    'import.key_append',
    'Rows cannot be appended to a table with a primary key: keys could repeat.',
    'Load them with --mode upsert.',
  )
}

function badKey(): DataError {
  return new DataError(
    'import.bad_key',
    'The columns given cannot be the primary key.',
    'Name columns of the file that hold integers, decimals, texts, dates, timestamps or UUIDs.',
  )
}
