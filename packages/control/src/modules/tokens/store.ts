/** The table of tokens. */
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Scope } from '../../platform/access.ts'

export type StoredToken = {
  id: string
  project: string
  name: string
  scopes: Scope[]
  created: string
  expires: string
  revoked: string | null
  lastUsed: string | null
}

export type NewToken = {
  readonly organisation: string
  readonly id: string
  readonly project: string
  readonly name: string
  readonly hash: Buffer
  readonly scopes: readonly Scope[]
  readonly publicKey: string
  readonly created: string
  readonly expires: string
}

const columns = 'id, project, name, scopes, created, expires, revoked, last_used AS "lastUsed"'

/** Adds a token; false when its id is taken. */
export async function insertToken(tx: Transaction, token: NewToken): Promise<boolean> {
  const rows = await tx.sql(
    `INSERT INTO tokens (organisation, id, project, name, kind, hash, scopes, public_key, created, expires)
     VALUES ($1, $2, $3, $4, 'svc', $5, $6, $7, $8, $9) ON CONFLICT (organisation, id) DO NOTHING RETURNING id`,
    [
      token.organisation,
      token.id,
      token.project,
      token.name,
      token.hash,
      JSON.stringify(token.scopes),
      token.publicKey,
      token.created,
      token.expires,
    ],
  )
  return rows.length === 1
}

export async function readTokenRow(tx: Transaction, id: string): Promise<StoredToken | undefined> {
  return (await tx.prepared<StoredToken>('tokens.read', `SELECT ${columns} FROM tokens WHERE id = $1`, [id]))[0]
}

/** All tokens, newest first; the thousand newest if there are more. */
export async function listTokenRows(tx: Transaction): Promise<StoredToken[]> {
  return tx.sql<StoredToken>(`SELECT ${columns} FROM tokens ORDER BY created DESC, id DESC LIMIT 1000`)
}

/** Ends a token; one that has ended keeps its time. Gives its hash, or undefined when there is none of this id. */
export async function revokeTokenRow(tx: Transaction, id: string, now: string): Promise<Buffer | undefined> {
  const rows = await tx.sql<{ hash: Buffer }>(
    'UPDATE tokens SET revoked = coalesce(revoked, $2) WHERE id = $1 RETURNING hash',
    [id, now],
  )
  return rows[0]?.hash
}

/** Notes a use, to the minute. */
export async function touchTokenRow(tx: Transaction, id: string, minute: string): Promise<void> {
  await tx.sql('UPDATE tokens SET last_used = $2 WHERE id = $1 AND (last_used IS NULL OR last_used < $2)', [id, minute])
}

export async function hasToken(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.sql('SELECT 1 FROM tokens WHERE id = $1', [id])).length === 1
}
