/** The table of provisioning tokens. */
import type { ProvisioningToken } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

const columns = `id, name, created, created_by AS "createdBy", expires, revoked, last_used AS "lastUsed"`

export async function insertTokenRow(
  tx: Transaction,
  token: Pick<ProvisioningToken, 'id' | 'name' | 'created' | 'createdBy' | 'expires'> & {
    readonly organisation: string
    readonly hash: Buffer
  },
): Promise<void> {
  const { organisation, id, name, hash, created, createdBy, expires } = token
  await tx.sql(
    `INSERT INTO provisioning_tokens (organisation, id, name, hash, created, created_by, expires)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [organisation, id, name, hash, created, createdBy, expires],
  )
}

/** Newest first; the hundred newest if there are more. */
export async function listTokenRows(tx: Transaction): Promise<ProvisioningToken[]> {
  return tx.sql<ProvisioningToken>(
    `SELECT ${columns} FROM provisioning_tokens ORDER BY created DESC, id DESC LIMIT 100`,
  )
}

/** Ends a token; one that has ended keeps its time. False when there is none of this id. */
export async function revokeTokenRow(tx: Transaction, id: string, now: string): Promise<boolean> {
  const rows = await tx.sql(
    'UPDATE provisioning_tokens SET revoked = coalesce(revoked, $2) WHERE id = $1 RETURNING id',
    [id, now],
  )
  return rows.length === 1
}

/** Notes a call, to the minute. */
export async function touchTokenRow(tx: Transaction, id: string, minute: string): Promise<void> {
  await tx.sql(
    'UPDATE provisioning_tokens SET last_used = $2 WHERE id = $1 AND (last_used IS NULL OR last_used < $2)',
    [id, minute],
  )
}
