/** The tables `snapshots` and `data_files`, the pointer to the current snapshot, and the count of commits. */
import type { Signed } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

export type StoredHead = {
  project: string
  bucket: string
  name: string
  sequence: number
  manifestDigest: string | null
}

/** A table with its current manifest's digest, locked until the transaction ends. */
export async function lockTableRow(tx: Transaction, table: string): Promise<StoredHead | undefined> {
  const rows = await tx.sql<StoredHead>(
    `SELECT t.project, b.name AS bucket, t.name, t.sequence, s.digest AS "manifestDigest" FROM tables t
     JOIN buckets b ON b.organisation = t.organisation AND b.id = t.bucket
     LEFT JOIN snapshots s ON s.organisation = t.organisation AND s.id = t.snapshot
     WHERE t.id = $1 AND t.deleted IS NULL FOR UPDATE OF t`,
    [table],
  )
  return rows[0]
}

/** Objects of the table's current snapshot. */
export async function listCurrentObjects(tx: Transaction, table: string): Promise<string[]> {
  const rows = await tx.sql<{ object: string }>(
    `SELECT f.object FROM tables t JOIN data_files f ON f.organisation = t.organisation AND f.snapshot = t.snapshot
     WHERE t.id = $1`,
    [table],
  )
  return rows.map((row) => row.object)
}

export type SnapshotRow = {
  readonly organisation: string
  readonly id: string
  readonly table: string
  readonly sequence: number
  readonly manifest: Signed
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly digest: string
  readonly rows: number
  readonly bytes: number
  readonly created: string
  readonly job: string | null
}

export async function insertSnapshot(tx: Transaction, row: SnapshotRow): Promise<void> {
  await tx.sql(
    `INSERT INTO snapshots (organisation, id, table_id, sequence, manifest, columns, digest, rows, bytes, created, job)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      row.organisation,
      row.id,
      row.table,
      row.sequence,
      JSON.stringify(row.manifest),
      JSON.stringify(row.columns),
      row.digest,
      row.rows,
      row.bytes,
      row.created,
      row.job,
    ],
  )
}

export type DataFile = {
  readonly file: string
  readonly object: string
  readonly length: number
  readonly rows: number
}

/** Makes the rows of files that the next snapshot keeps its own: each file has one row, with the newest one that has it. */
export async function keepDataFiles(tx: Transaction, row: SnapshotRow, files: readonly DataFile[]): Promise<void> {
  await tx.sql(
    `UPDATE data_files d SET snapshot = $2 FROM tables t, jsonb_to_recordset($3) AS f (file uuid, object uuid)
     WHERE t.id = $1 AND d.snapshot = t.snapshot AND d.id = f.file AND d.object = f.object`,
    [row.table, row.id, JSON.stringify(files)],
  )
}

export async function insertDataFiles(tx: Transaction, row: SnapshotRow, files: readonly DataFile[]): Promise<void> {
  await tx.sql(
    `INSERT INTO data_files (organisation, snapshot, id, object, length, rows)
     SELECT $1, $2, f.file, f.object, f.length, f.rows
     FROM jsonb_to_recordset($3) AS f (file uuid, object uuid, length bigint, rows bigint)
     ON CONFLICT (organisation, snapshot, id) DO NOTHING`,
    [row.organisation, row.id, JSON.stringify(files)],
  )
}

/** Points the table at its new snapshot. */
export async function movePointer(tx: Transaction, row: SnapshotRow): Promise<void> {
  await tx.sql('UPDATE tables SET snapshot = $2, sequence = $3, rows = $4, bytes = $5, changed = $6 WHERE id = $1', [
    row.table,
    row.id,
    row.sequence,
    row.rows,
    row.bytes,
    row.created,
  ])
}

/** Leaves only one snapshot of a table; the rows of files go with the others. */
export async function deleteEarlierSnapshots(tx: Transaction, table: string, kept: string): Promise<void> {
  await tx.sql('DELETE FROM snapshots WHERE table_id = $1 AND id <> $2', [table, kept])
}

export async function markDeleted(tx: Transaction, table: string, now: string): Promise<void> {
  await tx.sql('UPDATE tables SET deleted = $2 WHERE id = $1', [table, now])
}

/** Whether the table ended with the manifest of this digest. */
export async function isTableDeleted(tx: Transaction, table: string, digest: string): Promise<boolean> {
  const rows = await tx.sql(
    `SELECT 1 FROM tables t JOIN snapshots s ON s.organisation = t.organisation AND s.id = t.snapshot
     WHERE t.id = $1 AND t.deleted IS NOT NULL AND s.digest = $2`,
    [table, digest],
  )
  return rows.length === 1
}

/** Counts a commit in the project and gives the new version. */
export async function countCommit(tx: Transaction, project: string): Promise<number> {
  const rows = await tx.sql<{ version: number }>(
    'UPDATE projects SET catalogue_version = catalogue_version + 1 WHERE id = $1 RETURNING catalogue_version AS version',
    [project],
  )
  return rows[0]?.version ?? 0
}

export async function readVersion(tx: Transaction, project: string): Promise<number> {
  const rows = await tx.sql<{ version: number }>('SELECT catalogue_version AS version FROM projects WHERE id = $1', [
    project,
  ])
  return rows[0]?.version ?? 0
}

export async function readSnapshotDigest(tx: Transaction, snapshot: string): Promise<string | undefined> {
  return (await tx.sql<{ digest: string }>('SELECT digest FROM snapshots WHERE id = $1', [snapshot]))[0]?.digest
}

/**
 * Version and current manifests of a project as of one moment: one statement sees one state. Deleted tables' last ones
 * are among them and come first, since a name may have been used again.
 */
export async function readManifests(
  tx: Transaction,
  project: string,
): Promise<{ version: number; tables: { table: string; manifest: Signed }[] } | undefined> {
  const rows = await tx.sql<{ version: number; table: string | null; manifest: Signed }>(
    `SELECT p.catalogue_version AS version, t.id AS "table", s.manifest FROM projects p
     LEFT JOIN (tables t JOIN snapshots s ON s.organisation = t.organisation AND s.id = t.snapshot)
       ON t.organisation = p.organisation AND t.project = p.id
     WHERE p.id = $1 ORDER BY t.deleted NULLS LAST, t.id`,
    [project],
  )
  if (rows[0] === undefined) return undefined
  const tables = rows.flatMap(({ table, manifest }) => (table === null ? [] : [{ table, manifest }]))
  return { version: rows[0].version, tables }
}
