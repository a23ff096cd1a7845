/** What a load may do to a table, and the manifest that it leaves. */
import type { Column, ImportOpening, Manifest, UploadClosing } from '@keyhold/contract'
import { DataError } from '../errors.ts'
import type { TableState } from '../project/catalogue.ts'

export type Loaded = {
  readonly columns: readonly Column[]
  readonly files: Manifest['files']
  readonly rows: number
}

const smallTable = 1000

/** @throws `import.schema_changed`, `import.suspiciously_small` */
export function assertLoad(
  loaded: Loaded,
  closing: UploadClosing,
  current: TableState | undefined,
  allowed: Pick<ImportOpening, 'allowSchemaChange' | 'allowShrink'>,
): void {
  if (!current) return
  const { manifest } = current
  const same = JSON.stringify(manifest.columns) === JSON.stringify(loaded.columns)
  if (!same && (closing.mode === 'append' || !allowed.allowSchemaChange)) throw schemaChanged()
  const shrunken = manifest.rows > smallTable && loaded.rows * 2 < manifest.rows
  if (closing.mode === 'replace' && shrunken && !allowed.allowShrink) throw suspiciouslySmall()
}

/** The table's next state. Uploads that can no longer be replayed are forgotten. */
export function nextManifest(
  ids: { organisation: string; project: string },
  loaded: Loaded,
  closing: UploadClosing,
  current: TableState | undefined,
  now: Date,
): Manifest {
  const { bucket, table, tableId, file, idempotencyKey, expires } = closing
  const before = current?.manifest
  const kept = closing.mode === 'append' ? (before?.files ?? []) : []
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
    files,
    rows: files.reduce((sum, one) => sum + one.rows, 0),
    consumed: [...consumed, { file, idempotencyKey, expires }],
    created: now.toISOString(),
  }
}

function schemaChanged(): DataError {
  return new DataError(
    'import.schema_changed',
    'The file’s columns are not those of the table.',
    'Load it with --allow-schema-change if the table is to change.',
  )
}

function suspiciouslySmall(): DataError {
  return new DataError(
    'import.suspiciously_small',
    'The replacement has less than half of the table’s rows; the table was left as it is.',
    'If that is meant, load it with --allow-shrink.',
  )
}
