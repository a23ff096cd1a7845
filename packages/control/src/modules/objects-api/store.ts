/** The table of objects. */
import type { Transaction } from '../../platform/database/transaction.ts'

export type StoredObjectRow = {
  readonly id: string
  readonly state: 'staged' | 'live' | 'garbage'
  readonly length: number
  readonly digest: string
}
export type ObjectClaim = { readonly object: string; readonly length: number; readonly digest: string }

export async function insertObject(
  tx: Transaction,
  object: { organisation: string; id: string; length: number; digest: string; created: string },
): Promise<void> {
  await tx.sql(
    `INSERT INTO objects (organisation, id, state, length, digest, created) VALUES ($1, $2, 'staged', $3, $4, $5)`,
    [object.organisation, object.id, object.length, object.digest, object.created],
  )
}

export async function readObjectRow(tx: Transaction, id: string): Promise<StoredObjectRow | undefined> {
  return (await tx.sql<StoredObjectRow>('SELECT id, state, length, digest FROM objects WHERE id = $1', [id]))[0]
}

/** Makes staged objects live; false unless each is staged or live with this length and digest. */
export async function publishObjects(tx: Transaction, claims: readonly ObjectClaim[]): Promise<boolean> {
  const wanted = new Set(claims.map((claim) => claim.object))
  if (wanted.size !== claims.length) return false
  const rows = await tx.sql(
    `UPDATE objects SET state = 'live'
     FROM unnest($1::uuid[], $2::int8[], $3::text[]) AS claim (object, length, digest)
     WHERE objects.id = claim.object AND objects.length = claim.length AND objects.digest = claim.digest
       AND objects.state IN ('staged', 'live')
     RETURNING objects.id`,
    [claims.map((claim) => claim.object), claims.map((claim) => claim.length), claims.map((claim) => claim.digest)],
  )
  return rows.length === claims.length
}

/** Leaves live objects to the sweeper. */
export async function discardObjects(tx: Transaction, objects: readonly string[], now: string): Promise<void> {
  if (objects.length === 0) return
  await tx.sql(
    `UPDATE objects SET state = 'garbage', garbage_since = $2 WHERE id = ANY($1::uuid[]) AND state = 'live'`,
    [objects, now],
  )
}

/**
 * Takes the rows of objects that nothing needs any more: garbage since before `garbageBefore`, and staged before
 * `stagedBefore` by no job that still runs.
 */
export async function takeUnneeded(
  tx: Transaction,
  garbageBefore: string,
  stagedBefore: string,
): Promise<{ id: string }[]> {
  return tx.sql<{ id: string }>(
    `DELETE FROM objects WHERE (state = 'garbage' AND garbage_since < $1)
       OR (state = 'staged' AND created < $2 AND NOT EXISTS (
         SELECT FROM jobs WHERE jobs.state = 'running' AND jobs.created <= objects.created))
     RETURNING id`,
    [garbageBefore, stagedBefore],
  )
}

/** Which of the ids have a row in this organisation. */
export async function listKnownObjects(tx: Transaction, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>('SELECT id FROM objects WHERE id = ANY($1::uuid[])', [ids])
  return rows.map((row) => row.id)
}
