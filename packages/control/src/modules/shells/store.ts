/** The table of shells that somebody has confirmed. */
import type { Transaction } from '../../platform/database/transaction.ts'

/** So many of one session wait at a time; a new one ends the oldest. */
const mostWaiting = 5

type Confirmation = {
  readonly organisation: string
  readonly code: Buffer
  readonly challenge: Buffer
  readonly session: string
  readonly created: string
  readonly expires: string
}

/** Throws away what has ended besides. */
export async function insertConfirmation(tx: Transaction, confirmation: Confirmation): Promise<void> {
  const { organisation, code, challenge, session, created, expires } = confirmation
  await tx.sql(
    `DELETE FROM shell_confirmations WHERE expires <= $2 OR code IN (
       SELECT code FROM shell_confirmations WHERE session = $1 ORDER BY created DESC, code OFFSET $3)`,
    [session, created, mostWaiting - 1],
  )
  await tx.sql(
    `INSERT INTO shell_confirmations (organisation, code, challenge, session, created, expires)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [organisation, code, challenge, session, created, expires],
  )
}

/** Takes it, so that it cannot be used again, by whichever shell. */
export async function takeConfirmation(
  tx: Transaction,
  code: Buffer,
  now: string,
): Promise<{ challenge: Buffer; session: string } | undefined> {
  const rows = await tx.sql<{ challenge: Buffer; session: string }>(
    'DELETE FROM shell_confirmations WHERE code = $1 AND expires > $2 RETURNING challenge, session',
    [code, now],
  )
  return rows[0]
}
