/** What a load may do to a table, and the manifest that it leaves. */
import type { Column, ColumnChange, ImportMode, ImportOpening, Manifest, UploadClosing } from '@keyhold/contract'
import { mergeTypes } from '../engine/index.ts'
import { DataError } from '../errors.ts'
import type { TableState } from '../project/catalogue.ts'

export type Loaded = {
  readonly columns: readonly Column[]
  readonly files: Manifest['files']
  readonly rows: number
  /** Null for a table without one. */
  readonly primaryKey: readonly string[] | null
  /** Whether the files are the whole table, those that it had included. */
  readonly isWhole: boolean
}

const smallTable = 1000

/** The table's columns after the load: the file's for a replacement; else its own, widened, and those that are new. */
export function planColumns(mode: ImportMode, found: readonly Column[], current: TableState | undefined): Column[] {
  const plain = found.map(({ name, type }) => ({ name, type }))
  if (mode === 'replace' || current === undefined) return plain
  const types = new Map(plain.map(({ name, type }) => [name, type]))
  const known = new Set(current.manifest.columns.map(({ name }) => name))
  const kept = current.manifest.columns.map(({ name, type }) => ({
    name,
    type: mergeTypes(type, types.get(name) ?? type),
  }))
  return [...kept, ...plain.filter(({ name }) => !known.has(name))]
}

/** What the new columns have that the old had not, and the reverse. The order says nothing. */
export function compareColumns(before: readonly Column[], after: readonly Column[]): ColumnChange[] {
  const had = new Map(before.map(({ name, type }) => [name, type]))
  const has = new Map(after.map(({ name, type }) => [name, type]))
  const changes: ColumnChange[] = []
  for (const { name, type } of after) {
    const from = had.get(name)
    if (from === undefined) changes.push({ kind: 'added', name, type })
    else if (from !== type) changes.push({ kind: 'changed', name, from, to: type })
  }
  for (const { name, type } of before) if (!has.has(name)) changes.push({ kind: 'removed', name, type })
  return changes
}

/** @throws `import.schema_changed`, `import.suspiciously_small` */
export function assertLoad(
  loaded: Pick<Loaded, 'columns' | 'rows'>,
  mode: ImportMode,
  current: TableState | undefined,
  allowed: Pick<ImportOpening, 'allowSchemaChange' | 'allowShrink'>,
): void {
  if (!current) return
  const { manifest } = current
  const changes = compareColumns(manifest.columns, loaded.columns)
  if (changes.length > 0 && !allowed.allowSchemaChange) throw schemaChanged(changes)
  const shrunken = manifest.rows > smallTable && loaded.rows * 2 < manifest.rows
  if (mode === 'replace' && shrunken && !allowed.allowShrink) throw suspiciouslySmall()
}

/** The table's next state. Uploads that can no longer be replayed are forgotten. */
export function nextManifest(
  ids: { organisation: string; project: string },
  loaded: Loaded,
  closing: Pick<UploadClosing, 'bucket' | 'table' | 'tableId' | 'file' | 'idempotencyKey' | 'expires'>,
  current: TableState | undefined,
  now: Date,
): Manifest {
  const { bucket, table, tableId, file, idempotencyKey, expires } = closing
  const before = current?.manifest
  const kept = loaded.isWhole ? [] : (before?.files ?? [])
  const consumed = (before?.consumed ?? []).filter((one) => Date.parse(one.expires) > now.getTime())
  const files = [...kept, ...loaded.files]
  return {
    ...ids,
    bucket,
    table,
    tableId,
    sequence: (before?.sequence ?? 0) + 1,
    previous: current?.digest ?? null,
    columns: [...loaded.columns],
    ...(loaded.primaryKey && { primaryKey: [...loaded.primaryKey] }),
    files,
    rows: files.reduce((sum, one) => sum + one.rows, 0),
    consumed: [...consumed, { file, idempotencyKey, expires }],
    created: now.toISOString(),
  }
}

/** The changes are for the sealed report: names may be values of a file without a header. */
export class SchemaChangedError extends DataError {
  readonly changes: readonly ColumnChange[]

  constructor(changes: readonly ColumnChange[]) {
    super(
      'import.schema_changed',
      'The file’s columns are not those of the table.',
      'If the table is to change, load it with --allow-schema-change.',
    )
    this.changes = changes
  }
}

function schemaChanged(changes: readonly ColumnChange[]): DataError {
  return new SchemaChangedError(changes)
}

function suspiciouslySmall(): DataError {
  return new DataError(
    'import.suspiciously_small',
    'The replacement has less than half of the table’s rows; the table was left as it is.',
    'If that is meant, load it with --allow-shrink.',
  )
}
