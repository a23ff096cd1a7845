/** The catalogue's part of a commit: a new snapshot, the table's pointer and the project's version. */
import { randomUUIDv7 } from 'node:crypto'
import type { Manifest, Signed } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import {
  countCommit,
  deleteEarlierSnapshots,
  insertDataFiles,
  insertSnapshot,
  markDeleted,
  keepDataFiles,
  listCurrentObjects,
  movePointer,
  type SnapshotRow,
} from './snapshot-store.ts'

export type NewSnapshot = {
  readonly organisation: string
  /** As signed; whoever commits has checked the signature and that it continues the table. */
  readonly manifest: Signed
  readonly body: Manifest
  readonly digest: string
  /** Null for the end of a table. */
  readonly job: string | null
  readonly now: string
}

export type CommittedSnapshot = { snapshot: string; catalogueVersion: number; replacedObjects: string[] }

/** Part of the caller's transaction, which has locked the table. `replacedObjects`: those of the snapshot before. */
export async function addSnapshot(tx: Transaction, added: NewSnapshot): Promise<CommittedSnapshot> {
  const { organisation, manifest, body, digest, job, now } = added
  const row: SnapshotRow = {
    organisation,
    id: randomUUIDv7(),
    table: body.tableId,
    sequence: body.sequence,
    manifest,
    columns: body.columns,
    digest,
    rows: body.rows,
    bytes: body.files.reduce((sum, file) => sum + file.length, 0),
    created: now,
    job,
  }
  const replacedObjects = await listCurrentObjects(tx, row.table)
  await insertSnapshot(tx, row)
  await keepDataFiles(tx, row, body.files)
  await insertDataFiles(tx, row, body.files)
  await movePointer(tx, row)
  return { snapshot: row.id, catalogueVersion: await countCommit(tx, body.project), replacedObjects }
}

/** Part of the caller's transaction, which has locked the table: what is left is its last manifest. */
export async function endTable(
  tx: Transaction,
  ended: Omit<NewSnapshot, 'job'>,
): Promise<{ catalogueVersion: number; replacedObjects: string[] }> {
  const { snapshot, catalogueVersion, replacedObjects } = await addSnapshot(tx, { ...ended, job: null })
  const table = ended.body.tableId
  await deleteEarlierSnapshots(tx, table, snapshot)
  await markDeleted(tx, table, ended.now)
  return { catalogueVersion, replacedObjects }
}
