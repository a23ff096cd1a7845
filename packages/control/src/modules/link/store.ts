/** The link's tables: data_planes, enrolment_tokens, roster, sealing_key_sets, wrapped_keys. */
import type { Custody, Signed, WrappedKey } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

export type DataPlane = { id: string; identityKey: string; anchorKey: string; state: 'enrolled' | 'removed' }
type DataPlaneRow = { id: string; identity_key: string; anchor_key: string; state: 'enrolled' | 'removed' }

export async function readDataPlane(tx: Transaction, id: string): Promise<DataPlane | undefined> {
  const rows = await tx.sql<DataPlaneRow>(
    `
    SELECT id, identity_key, anchor_key, state FROM data_planes WHERE id = $1`,
    [id],
  )
  return rows[0] && toDataPlane(rows[0])
}

/** The organisation's enrolled data plane; the first one, if there were several. */
export async function readEnrolledDataPlane(tx: Transaction): Promise<DataPlane | undefined> {
  const rows = await tx.sql<DataPlaneRow>(`
    SELECT id, identity_key, anchor_key, state FROM data_planes
    WHERE state = 'enrolled' ORDER BY created, id LIMIT 1`)
  return rows[0] && toDataPlane(rows[0])
}

function toDataPlane(row: DataPlaneRow): DataPlane {
  return { id: row.id, identityKey: row.identity_key, anchorKey: row.anchor_key, state: row.state }
}

export async function insertDataPlane(
  tx: Transaction,
  organisation: string,
  plane: Omit<DataPlane, 'state'>,
  now: string,
): Promise<void> {
  await tx.sql(
    `
    INSERT INTO data_planes (organisation, id, identity_key, anchor_key, state, created)
    VALUES ($1, $2, $3, $4, 'enrolled', $5)`,
    [organisation, plane.id, plane.identityKey, plane.anchorKey, now],
  )
}

/** It is let in no more. */
export async function removeDataPlane(tx: Transaction, id: string): Promise<void> {
  await tx.sql("UPDATE data_planes SET state = 'removed' WHERE id = $1", [id])
}

/** It has said hello, and in which custody it runs. */
export async function touchDataPlane(
  tx: Transaction,
  id: string,
  { now, custody }: { readonly now: string; readonly custody: Custody | null },
): Promise<void> {
  await tx.sql(
    `UPDATE data_planes SET last_seen = date_trunc('minute', $1::timestamptz), custody = coalesce($3, custody)
     WHERE id = $2`,
    [now, id, custody],
  )
}

/** What the organisation's data plane said last; undefined when it never did. */
export async function readCustody(tx: Transaction): Promise<Custody | undefined> {
  const rows = await tx.sql<{ custody: Custody }>(`
    SELECT custody FROM data_planes
    WHERE state = 'enrolled' AND custody IS NOT NULL ORDER BY last_seen DESC NULLS LAST, created DESC LIMIT 1`)
  return rows[0]?.custody
}

export async function insertEnrolment(
  tx: Transaction,
  token: { organisation: string; id: string; hash: Buffer; created: string; expires: string },
): Promise<void> {
  await tx.sql(
    `
    INSERT INTO enrolment_tokens (organisation, id, hash, created, expires)
    VALUES ($1, $2, $3, $4, $5)`,
    [token.organisation, token.id, token.hash, token.created, token.expires],
  )
}

export type Enrolment = { expires: string; used: string | null; dataPlane: string | null }

/** The token's row, locked until the transaction ends, so that two enrolments cannot both use it. */
export async function lockEnrolment(tx: Transaction, id: string): Promise<Enrolment | undefined> {
  const rows = await tx.sql<Enrolment>(
    `
    SELECT expires, used, data_plane AS "dataPlane" FROM enrolment_tokens WHERE id = $1 FOR UPDATE`,
    [id],
  )
  return rows[0]
}

export async function useEnrolment(tx: Transaction, id: string, dataPlane: string, now: string): Promise<void> {
  await tx.sql('UPDATE enrolment_tokens SET used = $1, data_plane = $2 WHERE id = $3', [now, dataPlane, id])
}

/** Adds one statement to the chain. The same number twice breaks the primary key. */
export async function insertRoster(
  tx: Transaction,
  organisation: string,
  number: number,
  signed: Signed,
): Promise<void> {
  await tx.sql(
    `
    INSERT INTO roster (organisation, number, signed)
    VALUES ($1, $2, $3::jsonb)
    ON CONFLICT (organisation, number) DO NOTHING`,
    [organisation, number, JSON.stringify(signed)],
  )
}

/** Statements from a number on, in order. */
export async function listRoster(tx: Transaction, from: number): Promise<Signed[]> {
  const rows = await tx.sql<{ signed: Signed }>(
    `
    SELECT signed FROM roster WHERE number >= $1 ORDER BY number LIMIT 10000`,
    [from],
  )
  return rows.map((row) => row.signed)
}

export async function insertKeySet(
  tx: Transaction,
  owner: { organisation: string; project: string },
  number: number,
  signed: Signed,
): Promise<void> {
  await tx.sql(
    `
    INSERT INTO sealing_key_sets (organisation, project, number, signed)
    VALUES ($1, $2, $3, $4::jsonb)`,
    [owner.organisation, owner.project, number, JSON.stringify(signed)],
  )
}

/** The project's newest sealing-key set. */
export async function readKeySet(tx: Transaction, project: string): Promise<Signed | undefined> {
  const rows = await tx.sql<{ signed: Signed }>(
    `
    SELECT signed FROM sealing_key_sets WHERE project = $1 ORDER BY number DESC LIMIT 1`,
    [project],
  )
  return rows[0]?.signed
}

/** Stores keys; a key that is there is wrapped anew, never given another purpose. */
export async function putWrappedKeys(
  tx: Transaction,
  owner: { organisation: string; project: string },
  keys: readonly WrappedKey[],
): Promise<void> {
  for (const key of keys) {
    await tx.sql(
      `
      INSERT INTO wrapped_keys (organisation, project, id, purpose, wrapped)
      VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (organisation, project, id) DO UPDATE SET wrapped = excluded.wrapped
      WHERE wrapped_keys.purpose = excluded.purpose`,
      [owner.organisation, owner.project, key.id, key.purpose, Buffer.from(key.wrapped, 'base64url')],
    )
  }
}

export async function listWrappedKeys(tx: Transaction, project: string): Promise<WrappedKey[]> {
  const rows = await tx.sql<{ id: string; purpose: WrappedKey['purpose']; wrapped: Buffer }>(
    `
    SELECT id, purpose, wrapped FROM wrapped_keys WHERE project = $1 ORDER BY id`,
    [project],
  )
  return rows.map((row) => ({ ...row, wrapped: row.wrapped.toString('base64url') }))
}
