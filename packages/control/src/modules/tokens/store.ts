/** The table of tokens. */
import type { Role, TokenAction } from '@keyhold/contract'
import type { Scope } from '../../platform/access.ts'
import type { Transaction } from '../../platform/database/transaction.ts'

type StoredToken = {
  id: string
  project: string
  name: string
  scopes: Scope[]
  created: string
  expires: string
  revoked: string | null
  lastUsed: string | null
  kind: 'svc' | 'usr'
  /** Whose own it is. */
  person: string | null
  createdBy: string | null
  actions: TokenAction[] | null
  replaces: string | null
}

export type ListedToken = StoredToken & { organisation: string; blockSealed: Buffer | null }

/** `role`: of the person whose own it is, now; null when there is no such member, and for programs' tokens. */
type HeldToken = StoredToken & { role: Role | null }

export type NewToken = {
  readonly organisation: string
  readonly id: string
  readonly project: string
  readonly name: string
  readonly kind: 'svc' | 'usr'
  readonly hash: Buffer
  readonly scopes: readonly Scope[]
  readonly actions: readonly TokenAction[] | null
  readonly publicKey: string
  readonly created: string
  readonly createdBy: string
  readonly person: string | null
  readonly replaces: string | null
  readonly expires: string
}

const columns = `t.id, t.project, t.name, t.scopes, t.created, t.expires, t.revoked, t.last_used AS "lastUsed", t.kind,
  t.person, t.created_by AS "createdBy", t.actions, t.replaces`

/** Adds a token; false when its id is taken. */
export async function insertToken(tx: Transaction, token: NewToken): Promise<boolean> {
  const { organisation, id, project, name, kind, hash, publicKey, created, createdBy, person, replaces, expires } =
    token
  const [scopes, actions] = [JSON.stringify(token.scopes), token.actions && JSON.stringify(token.actions)]
  const rows = await tx.sql(
    `INSERT INTO tokens (organisation, id, project, name, kind, hash, scopes, actions, public_key, created, created_by,
       person, replaces, expires)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     ON CONFLICT (organisation, id) DO NOTHING RETURNING id`,
    [
      organisation,
      id,
      project,
      name,
      kind,
      hash,
      scopes,
      actions,
      publicKey,
      created,
      createdBy,
      person,
      replaces,
      expires,
    ],
  )
  return rows.length === 1
}

/** A token with what may be done with it. */
export async function readHeldToken(tx: Transaction, id: string): Promise<HeldToken | undefined> {
  const rows = await tx.prepared<HeldToken>(
    'tokens.held',
    `SELECT ${columns}, p.role FROM tokens t LEFT JOIN people p ON p.organisation = t.organisation AND p.id = t.person
       AND p.suspended IS NULL
     WHERE t.id = $1`,
    [id],
  )
  return rows[0]
}

export type EndableToken = StoredToken & { publicKey: string }

export async function readEndableToken(tx: Transaction, id: string): Promise<EndableToken | undefined> {
  const rows = await tx.sql<EndableToken>(
    `SELECT ${columns}, t.public_key AS "publicKey" FROM tokens t WHERE t.id = $1`,
    [id],
  )
  return rows[0]
}

/** All tokens, or one person's own, newest first; the thousand newest if there are more. */
export async function listTokenRows(tx: Transaction, person: string | null): Promise<ListedToken[]> {
  return tx.sql<ListedToken>(
    `SELECT ${columns}, t.organisation, t.last_used_block_sealed AS "blockSealed" FROM tokens t
     WHERE $1::uuid IS NULL OR t.person = $1 ORDER BY t.created DESC, t.id DESC LIMIT 1000`,
    [person],
  )
}

/** Ends a token; one that has ended keeps its time. False when there is none of this id. */
export async function revokeTokenRow(tx: Transaction, id: string, now: string): Promise<boolean> {
  const rows = await tx.sql('UPDATE tokens SET revoked = coalesce(revoked, $2) WHERE id = $1 RETURNING id', [id, now])
  return rows.length === 1
}

/** Ends all tokens of a person's own that have not ended; gives their ids. */
export async function revokeTokensOf(tx: Transaction, person: string, now: string): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>(
    'UPDATE tokens SET revoked = $2 WHERE person = $1 AND revoked IS NULL RETURNING id',
    [person, now],
  )
  return rows.map(({ id }) => id)
}

/** Tokens of programs that a person made and that still work, the newest first. */
export async function listMadeTokens(
  tx: Transaction,
  person: string,
  now: string,
): Promise<{ readonly id: string; readonly name: string }[]> {
  return tx.sql<{ id: string; name: string }>(
    `SELECT id, name FROM tokens WHERE created_by = $1 AND kind = 'svc' AND revoked IS NULL AND expires > $2
     ORDER BY created DESC, id DESC`,
    [person, now],
  )
}

/** Ends the tokens of programs that a person made and that still work; gives their ids. */
export async function revokeMadeTokens(tx: Transaction, person: string, now: string): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>(
    `UPDATE tokens SET revoked = $2
     WHERE created_by = $1 AND kind = 'svc' AND revoked IS NULL AND expires > $2 RETURNING id`,
    [person, now],
  )
  return rows.map(({ id }) => id)
}

/** Brings a token's end nearer; never moves it away. */
export async function shortenTokenRow(
  tx: Transaction,
  id: string,
  { expires, now }: { readonly expires: string; readonly now: string },
): Promise<boolean> {
  const rows = await tx.sql(
    'UPDATE tokens SET expires = least(expires, $2) WHERE id = $1 AND revoked IS NULL AND expires > $3 RETURNING id',
    [id, expires, now],
  )
  return rows.length === 1
}

/** Notes a use, to the minute, and the sealed block of addresses that it came from. */
export async function touchTokenRow(tx: Transaction, id: string, minute: string, block: Buffer | null): Promise<void> {
  await tx.sql(
    `UPDATE tokens SET last_used = $2, last_used_block_sealed = $3
     WHERE id = $1 AND (last_used IS NULL OR last_used < $2)`,
    [id, minute, block],
  )
}

export async function hasToken(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.sql('SELECT 1 FROM tokens WHERE id = $1', [id])).length === 1
}
