/** The table of sessions. */
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
  readonly programSealed: Buffer
  readonly steppedUp: string
  readonly providerFactor: boolean
}

/** A session as its person sees it. */
type StoredSession = {
  id: string
  expiresIdle: string
  expiresAbsolute: string
  /** A second factor is demanded of this person, who has none. */
  limited: boolean
}

/** False, and no session, for who is suspended or gone. */
export async function insertSession(tx: Transaction, session: NewSession): Promise<boolean> {
  const { organisation, id, person, hash, created, expiresIdle, expiresAbsolute } = session
  const { addressSealed, programSealed, steppedUp, providerFactor } = session
  const rows = await tx.sql(
    `INSERT INTO sessions (organisation, id, person, hash, created, last_used, stepped_up, expires_idle, expires_absolute,
       address_sealed, program_sealed, provider_factor)
     SELECT $1, $2, p.id, $4, $5, $5, $10, $6, $7, $8, $9, $11 FROM people p WHERE p.id = $3 AND p.suspended IS NULL
     RETURNING id`,
    [
      organisation,
      id,
      person,
      hash,
      created,
      expiresIdle,
      expiresAbsolute,
      addressSealed,
      programSealed,
      steppedUp,
      providerFactor,
    ],
  )
  return rows.length === 1
}

export async function readSessionRow(tx: Transaction, id: string): Promise<StoredSession | undefined> {
  const rows = await tx.prepared<StoredSession>(
    'sessions.read',
    `SELECT s.id, s.expires_idle AS "expiresIdle", s.expires_absolute AS "expiresAbsolute",
       coalesce(o.second_factor, 'none') = 'all' AND NOT s.provider_factor AND NOT has_factor(s.person) AS limited
     FROM sessions s LEFT JOIN security_policies o ON o.organisation = s.organisation WHERE s.id = $1`,
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

/** Ends one session; false when it had ended. */
export async function deleteSession(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.sql('DELETE FROM sessions WHERE id = $1 RETURNING id', [id])).length === 1
}

/** Deletes what has ended by itself, and the person's oldest ones beyond `most`. Gives the ids of those. */
export async function trimSessions(tx: Transaction, person: string, most: number, now: string): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>(
    `DELETE FROM sessions WHERE expires_idle <= $3 OR expires_absolute <= $3 OR id IN (
       SELECT id FROM sessions WHERE person = $1 ORDER BY last_used DESC, id DESC OFFSET $2)
     RETURNING id`,
    [person, most, now],
  )
  return rows.map((row) => row.id)
}

/** Gives a session a new secret and notes the proof; gives its end, or undefined when it has ended. */
export async function renewSessionRow(
  tx: Transaction,
  id: string,
  { hash, now }: { hash: Buffer; now: string },
): Promise<string | undefined> {
  const rows = await tx.sql<{ expires: string }>(
    'UPDATE sessions SET hash = $2, stepped_up = $3 WHERE id = $1 RETURNING expires_absolute AS expires',
    [id, hash, now],
  )
  return rows[0]?.expires
}

/** Open sessions end by the new limits, counted from their last use and their beginning. */
export async function movePolicyEnds(tx: Transaction, idleMinutes: number, longestMinutes: number): Promise<void> {
  await tx.sql(
    `UPDATE sessions SET expires_idle = last_used + make_interval(mins => $1),
       expires_absolute = created + make_interval(mins => $2)`,
    [idleMinutes, longestMinutes],
  )
}

export type ListedSession = {
  id: string
  created: string
  lastUsed: string
  expires: string
  addressSealed: Buffer
  programSealed: Buffer | null
}

/** A person's open sessions, newest use first. */
export async function listSessionRows(tx: Transaction, person: string, now: string): Promise<ListedSession[]> {
  return tx.sql<ListedSession>(
    `SELECT id, created, last_used AS "lastUsed", least(expires_idle, expires_absolute) AS expires,
       address_sealed AS "addressSealed", program_sealed AS "programSealed"
     FROM sessions WHERE person = $1 AND expires_idle > $2 AND expires_absolute > $2 ORDER BY last_used DESC, id DESC`,
    [person, now],
  )
}

/** Ends a person's sessions: the one named, or all but one. Gives their ids. */
export async function deleteOwnSessions(
  tx: Transaction,
  { person, only, except }: { person: string; only?: string; except?: string },
): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>(
    `DELETE FROM sessions WHERE person = $1 AND ($2::uuid IS NULL OR id = $2) AND ($3::uuid IS NULL OR id <> $3)
     RETURNING id`,
    [person, only ?? null, except ?? null],
  )
  return rows.map((row) => row.id)
}

/** Ends every session of the organisation but one. Gives their ids. */
export async function deleteSessionsBut(tx: Transaction, session: string): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>('DELETE FROM sessions WHERE id <> $1 RETURNING id', [session])
  return rows.map((row) => row.id)
}

export async function listSessionIds(tx: Transaction, person: string): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>('SELECT id FROM sessions WHERE person = $1', [person])
  return rows.map((row) => row.id)
}

/** Whether it is there; if so it stays until the transaction ends. */
export async function holdSessionRow(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.sql('SELECT id FROM sessions WHERE id = $1 FOR UPDATE', [id])).length === 1
}
