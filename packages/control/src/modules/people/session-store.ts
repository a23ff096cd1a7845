/** The table of sessions. */
import type { Role } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

export type NewSession = {
  readonly organisation: string
  readonly id: string
  readonly person: string
  readonly hash: Buffer
  readonly created: string
  readonly expiresIdle: string
  readonly expiresAbsolute: string
  readonly addressSealed: Buffer
}

export type StoredSession = {
  id: string
  person: string
  role: Role
  lastUsed: string
  expiresIdle: string
  expiresAbsolute: string
}

export async function insertSession(tx: Transaction, session: NewSession): Promise<void> {
  const { organisation, id, person, hash, created, expiresIdle, expiresAbsolute, addressSealed } = session
  await tx.sql(
    `INSERT INTO sessions (organisation, id, person, hash, created, last_used, expires_idle, expires_absolute, address_sealed)
     VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)`,
    [organisation, id, person, hash, created, expiresIdle, expiresAbsolute, addressSealed],
  )
}

export async function readSessionRow(tx: Transaction, id: string): Promise<StoredSession | undefined> {
  const rows = await tx.prepared<StoredSession>(
    'sessions.read',
    `SELECT s.id, s.person, p.role, s.last_used AS "lastUsed", s.expires_idle AS "expiresIdle",
       s.expires_absolute AS "expiresAbsolute"
     FROM sessions s JOIN people p ON p.organisation = s.organisation AND p.id = s.person WHERE s.id = $1`,
    [id],
  )
  return rows[0]
}

/** Notes a use and moves the idle end on. */
export async function touchSession(tx: Transaction, id: string, minute: string, expiresIdle: string): Promise<void> {
  await tx.sql('UPDATE sessions SET last_used = $2, expires_idle = $3 WHERE id = $1 AND last_used < $2', [
    id,
    minute,
    expiresIdle,
  ])
}

/** Ends one session; gives its hash, or undefined when it had ended. */
export async function deleteSession(tx: Transaction, id: string): Promise<Buffer | undefined> {
  return (await tx.sql<{ hash: Buffer }>('DELETE FROM sessions WHERE id = $1 RETURNING hash', [id]))[0]?.hash
}

/** Ends all of a person's sessions but the one named; gives their hashes. */
export async function deleteSessionsOf(tx: Transaction, person: string, except: string | null): Promise<Buffer[]> {
  const rows = await tx.sql<{ hash: Buffer }>(
    'DELETE FROM sessions WHERE person = $1 AND ($2::uuid IS NULL OR id <> $2) RETURNING hash',
    [person, except],
  )
  return rows.map((row) => row.hash)
}

/** Deletes what has ended by itself, and the person's oldest ones beyond `most`. Gives the hashes of those. */
export async function trimSessions(tx: Transaction, person: string, most: number, now: string): Promise<Buffer[]> {
  const rows = await tx.sql<{ hash: Buffer }>(
    `DELETE FROM sessions WHERE expires_idle <= $3 OR expires_absolute <= $3 OR id IN (
       SELECT id FROM sessions WHERE person = $1 ORDER BY last_used DESC, id DESC OFFSET $2)
     RETURNING hash`,
    [person, most, now],
  )
  return rows.map((row) => row.hash)
}
