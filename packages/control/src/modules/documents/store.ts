/** The table of documents. */
import type { StoredDocument } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

export type DocumentRow = {
  readonly organisation: string
  readonly project: string
  readonly id: string
  readonly version: number
  readonly head: Buffer
  readonly body: Buffer
  readonly digest: string
  readonly now: string
  readonly by: string
}

/** The version that is stored, locked until the transaction ends; null when the document is not there. */
export async function lockVersion(tx: Transaction, project: string, id: string): Promise<number | null> {
  const rows = await tx.sql<{ version: number }>(
    'SELECT version FROM documents WHERE project = $1 AND id = $2 FOR UPDATE',
    [project, id],
  )
  return rows[0]?.version ?? null
}

/** False when the document is there after all. */
export async function insertDocument(tx: Transaction, row: DocumentRow): Promise<boolean> {
  const rows = await tx.sql(
    `INSERT INTO documents (organisation, project, id, version, head, body, digest, created, updated, created_by, updated_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $9) ON CONFLICT DO NOTHING RETURNING id`,
    [row.organisation, row.project, row.id, row.version, row.head, row.body, row.digest, row.now, row.by],
  )
  return rows.length === 1
}

export async function updateDocument(tx: Transaction, row: DocumentRow): Promise<void> {
  await tx.sql(
    `UPDATE documents SET version = $3, head = $4, body = $5, digest = $6, updated = $7, updated_by = $8
     WHERE project = $1 AND id = $2`,
    [row.project, row.id, row.version, row.head, row.body, row.digest, row.now, row.by],
  )
}

export async function deleteDocumentRow(tx: Transaction, project: string, id: string): Promise<void> {
  await tx.sql('DELETE FROM documents WHERE project = $1 AND id = $2', [project, id])
}

export async function countDocuments(tx: Transaction, project: string): Promise<number> {
  const rows = await tx.sql<{ count: number }>('SELECT count(*) AS count FROM documents WHERE project = $1', [project])
  return rows[0]?.count ?? 0
}

/** Those of the ids that are there, in the order of ids. */
export async function readDocumentRows(
  tx: Transaction,
  project: string,
  ids: readonly string[],
  bodies: boolean,
): Promise<StoredDocument[]> {
  const rows = await tx.sql<HeldDocument>(
    `SELECT id, version, head, ${bodies ? 'body' : 'NULL::bytea AS body'} FROM documents
     WHERE project = $1 AND id = ANY ($2::uuid[]) ORDER BY id`,
    [project, ids],
  )
  return rows.map(encodeRow)
}

/** Heads after an id, in the order of ids. */
export async function listDocumentRows(
  tx: Transaction,
  project: string,
  after: string | null,
  most: number,
): Promise<StoredDocument[]> {
  const rows = await tx.sql<HeldDocument>(
    `SELECT id, version, head, NULL::bytea AS body FROM documents
     WHERE project = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
    [project, after, most],
  )
  return rows.map(encodeRow)
}

type HeldDocument = { id: string; version: number; head: Buffer; body: Buffer | null }

function encodeRow({ id, version, head, body }: HeldDocument): StoredDocument {
  return { document: id, version, head: head.toString('base64url'), body: body?.toString('base64url') ?? null }
}
