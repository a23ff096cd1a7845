/** The table of uploads. */
import type { ImportMode, Principal, Signed } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { UploadState } from './states.ts'

export type StoredUpload = {
  id: string
  project: string
  table: string
  file: string
  mode: ImportMode
  length: number
  headerLength: number
  segmentLength: number
  received: number
  state: UploadState
  closing: Signed | null
  principal: Principal
  job: string
  created: string
  expires: string
}
export type NewUpload = Omit<StoredUpload, 'received' | 'state' | 'closing'> & { organisation: string; opening: Buffer }

const columns = `id, project, table_id AS "table", file, mode, length, header_length AS "headerLength",
  segment_length AS "segmentLength", received, state, closing, principal, job, created, expires`

/** Adds an upload; false when its file id was used before. */
export async function insertUpload(tx: Transaction, upload: NewUpload): Promise<boolean> {
  const rows = await tx.sql(
    `INSERT INTO uploads (organisation, id, project, table_id, file, mode, length, header_length, segment_length, state,
       opening, principal, job, created, expires)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10, $11, $12, $13, $14)
     ON CONFLICT (organisation, file) DO NOTHING RETURNING id`,
    [
      upload.organisation,
      upload.id,
      upload.project,
      upload.table,
      upload.file,
      upload.mode,
      upload.length,
      upload.headerLength,
      upload.segmentLength,
      upload.opening,
      JSON.stringify(upload.principal),
      upload.job,
      upload.created,
      upload.expires,
    ],
  )
  return rows.length === 1
}

export async function readUploadRow(tx: Transaction, id: string): Promise<StoredUpload | undefined> {
  return (await tx.sql<StoredUpload>(`SELECT ${columns} FROM uploads WHERE id = $1`, [id]))[0]
}

/** The row, locked until the transaction ends. */
export async function lockUpload(tx: Transaction, id: string): Promise<StoredUpload | undefined> {
  return (await tx.sql<StoredUpload>(`SELECT ${columns} FROM uploads WHERE id = $1 FOR UPDATE`, [id]))[0]
}

export async function readOpening(tx: Transaction, id: string): Promise<Buffer | undefined> {
  return (await tx.sql<{ opening: Buffer }>('SELECT opening FROM uploads WHERE id = $1', [id]))[0]?.opening
}

export async function readStateByFile(tx: Transaction, file: string): Promise<UploadState | undefined> {
  return (await tx.sql<{ state: UploadState }>('SELECT state FROM uploads WHERE file = $1', [file]))[0]?.state
}

/** Moves the acknowledged offset on; false when the upload is not open any more. */
export async function advanceUpload(tx: Transaction, id: string, received: number): Promise<boolean> {
  const rows = await tx.sql(
    `UPDATE uploads SET received = $2 WHERE id = $1 AND state = 'open' AND received <= $2 RETURNING id`,
    [id, received],
  )
  return rows.length === 1
}

export async function setUploadState(tx: Transaction, id: string, state: UploadState): Promise<void> {
  await tx.sql('UPDATE uploads SET state = $2 WHERE id = $1', [id, state])
}

export async function setClosing(tx: Transaction, id: string, closing: Signed): Promise<void> {
  await tx.sql(`UPDATE uploads SET state = 'closed', closing = $2 WHERE id = $1`, [id, JSON.stringify(closing)])
}

/** Unfinished uploads whose time has come, oldest first. */
export async function listExpiredUploads(tx: Transaction, now: string): Promise<StoredUpload[]> {
  return tx.sql<StoredUpload>(
    `SELECT ${columns} FROM uploads WHERE state IN ('open', 'closed') AND expires <= $1 ORDER BY expires LIMIT 1000`,
    [now],
  )
}

/** Which of the ids are of uploads whose bytes are still needed. */
export async function listLiveUploads(tx: Transaction, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.sql<{ id: string }>(
    `SELECT id FROM uploads WHERE id = ANY($1::uuid[]) AND state IN ('open', 'closed')`,
    [ids],
  )
  return new Set(rows.map((row) => row.id))
}
