/** The table of operators' sessions. */
import type { Transaction } from '../../platform/database/transaction.ts'

export type NewSession = {
  readonly id: string
  readonly operator: string
  readonly hash: Buffer
  readonly created: string
  readonly expiresIdle: string
  readonly expiresAbsolute: string
  readonly addressSealed: Buffer
  readonly programSealed: Buffer
}

/** Throws away sessions that have ended by themselves. */
export async function insertSession(tx: Transaction, session: NewSession): Promise<void> {
  const { id, operator, hash, created, expiresIdle, expiresAbsolute, addressSealed, programSealed } = session
  await tx.sql('DELETE FROM operator_sessions WHERE expires_idle <= $1 OR expires_absolute <= $1', [created])
  await tx.sql(
    `INSERT INTO operator_sessions (id, operator, hash, created, last_used, stepped_up, expires_idle, expires_absolute,
       address_sealed, program_sealed) VALUES ($1, $2, $3, $4, $4, $4, $5, $6, $7, $8)`,
    [id, operator, hash, created, expiresIdle, expiresAbsolute, addressSealed, programSealed],
  )
  await tx.sql('UPDATE operators SET last_used = $2 WHERE id = $1', [operator, created])
}

/** Notes a use and moves the idle end on. */
export async function touchSession(tx: Transaction, id: string, minute: string, expiresIdle: string): Promise<void> {
  await tx.sql('UPDATE operator_sessions SET last_used = $2, expires_idle = $3 WHERE id = $1 AND last_used < $2', [
    id,
    minute,
    expiresIdle,
  ])
}

/** Gives a session a new secret and notes the proof; undefined when it has ended. */
export async function renewSessionRow(
  tx: Transaction,
  id: string,
  { hash, now }: { hash: Buffer; now: string },
): Promise<{ expires: string } | undefined> {
  const rows = await tx.sql<{ expires: string }>(
    `UPDATE operator_sessions SET hash = $2, stepped_up = $3 WHERE id = $1 RETURNING expires_absolute AS expires`,
    [id, hash, now],
  )
  return rows[0]
}

export type ListedSession = {
  id: string
  created: string
  lastUsed: string
  expires: string
  addressSealed: Buffer
  programSealed: Buffer
}

/** An operator's open sessions, newest use first. */
export async function listSessionRows(tx: Transaction, operator: string, now: string): Promise<ListedSession[]> {
  return tx.sql<ListedSession>(
    `SELECT id, created, last_used AS "lastUsed", least(expires_idle, expires_absolute) AS expires,
       address_sealed AS "addressSealed", program_sealed AS "programSealed"
     FROM operator_sessions WHERE operator = $1 AND expires_idle > $2 AND expires_absolute > $2
     ORDER BY last_used DESC, id DESC`,
    [operator, now],
  )
}

/** Ends one of an operator's sessions; false when there is none such. */
export async function deleteSession(tx: Transaction, operator: string, id: string): Promise<boolean> {
  const rows = await tx.sql('DELETE FROM operator_sessions WHERE operator = $1 AND id = $2 RETURNING id', [
    operator,
    id,
  ])
  return rows.length === 1
}

/** Ends an operator's sessions but one; gives their ids. */
export async function deleteOtherSessions(tx: Transaction, operator: string, kept: string): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>(
    'DELETE FROM operator_sessions WHERE operator = $1 AND id <> $2 RETURNING id',
    [operator, kept],
  )
  return rows.map(({ id }) => id)
}
