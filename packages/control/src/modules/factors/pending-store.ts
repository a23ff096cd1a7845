/** The table of sign-ins that wait for a second factor. */
import type { Transaction } from '../../platform/database/transaction.ts'
import { endedAtProvider, type EndedAtProvider, type ProviderMark } from '../people/index.ts'

/** So many factors may be shown for one password. */
const mostAttempts = 5
/** So many sign-ins of one person wait at a time; a new one ends the oldest. */
const mostPending = 10

type NewPending = {
  readonly organisation: string
  readonly id: string
  readonly person: string
  readonly hash: Buffer
  readonly challenge: string | null
  readonly provider: ProviderMark | null
  readonly expires: string
  readonly now: string
}

/** Throws away what has ended besides. */
export async function insertPending(tx: Transaction, pending: NewPending): Promise<void> {
  const { organisation, id, person, hash, challenge, provider, expires, now } = pending
  await tx.sql(
    `DELETE FROM pending_sign_ins WHERE expires <= $2 OR id IN (
       SELECT id FROM pending_sign_ins WHERE person = $1 ORDER BY id DESC OFFSET $3)`,
    [person, now, mostPending - 1],
  )
  await tx.sql(
    `INSERT INTO pending_sign_ins (organisation, id, person, hash, challenge, expires, provider_subject, provider_session)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [organisation, id, person, hash, challenge, expires, provider?.subject ?? null, provider?.session ?? null],
  )
}

export async function readPending(
  tx: Transaction,
  id: string,
  now: string,
): Promise<{ id: string; person: string; provider: ProviderMark | null } | undefined> {
  const [stored] = await tx.sql<{ id: string; person: string; subject: Buffer | null; session: Buffer | null }>(
    `SELECT id, person, provider_subject AS subject, provider_session AS session
     FROM pending_sign_ins WHERE id = $1 AND expires > $2 AND attempts < $3`,
    [id, now, mostAttempts],
  )
  if (stored === undefined) return undefined
  const { subject, session, ...known } = stored
  return { ...known, provider: subject && { subject, session } }
}

/** Counts an attempt before it is judged, and takes the challenge away if it is for a passkey; undefined after five. */
export async function takeAttempt(
  tx: Transaction,
  id: string,
  passkey: boolean,
  now: string,
): Promise<{ challenge: string | null } | undefined> {
  const rows = await tx.sql<{ challenge: string | null }>(
    `UPDATE pending_sign_ins p SET attempts = p.attempts + 1, challenge = CASE WHEN $4 THEN NULL ELSE p.challenge END
     FROM (SELECT id, challenge FROM pending_sign_ins WHERE id = $1 FOR UPDATE) o
     WHERE p.id = o.id AND p.attempts < $3 AND p.expires > $2 RETURNING o.challenge`,
    [id, now, mostAttempts, passkey],
  )
  return rows[0]
}

export async function deletePendingOf(tx: Transaction, person: string): Promise<void> {
  await tx.sql('DELETE FROM pending_sign_ins WHERE person = $1', [person])
}

/** False when it was used up meanwhile. */
export async function deletePending(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.sql('DELETE FROM pending_sign_ins WHERE id = $1 RETURNING id', [id])).length === 1
}

/** Ends what came through a sign-in that has ended at the provider. */
export async function deletePendingBy(tx: Transaction, { subject, session }: EndedAtProvider): Promise<void> {
  await tx.sql(`DELETE FROM pending_sign_ins WHERE ${endedAtProvider}`, [subject, session])
}

export async function deleteAllPending(tx: Transaction): Promise<void> {
  await tx.sql('DELETE FROM pending_sign_ins')
}
