/** The table of browsers that are at the identity provider. */
import type { Transaction } from '../../platform/database/transaction.ts'

export type Purpose = 'sign-in' | 'connect' | 'step-up'
export type Attempt = {
  readonly purpose: Purpose
  readonly issuer: string
  readonly clientId: string
  readonly session: string | null
  readonly invitation: string | null
  readonly secretsSealed: Buffer
  readonly created: string
}
type NewAttempt = Attempt & {
  readonly organisation: string
  readonly state: Buffer
  readonly browser: Buffer
  readonly expires: string
}

/** Throws away what has ended besides. */
export async function insertAttempt(tx: Transaction, attempt: NewAttempt): Promise<void> {
  const { organisation, state, browser, purpose, issuer, clientId, session, invitation, created, expires } = attempt
  await tx.sql('DELETE FROM sign_on_attempts WHERE expires <= $1', [created])
  await tx.sql(
    `INSERT INTO sign_on_attempts (organisation, state, browser, purpose, issuer, client_id, session, invitation,
       secrets_sealed, created, expires)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      organisation,
      state,
      browser,
      purpose,
      issuer,
      clientId,
      session,
      invitation,
      attempt.secretsSealed,
      created,
      expires,
    ],
  )
}

/**
 * Takes an attempt, so that it cannot be used again. Another browser's is left: who only saw the state can neither use it
 * nor take it away.
 */
export async function takeAttempt(
  tx: Transaction,
  { state, browser, now }: { readonly state: Buffer; readonly browser: Buffer; readonly now: string },
): Promise<Attempt | undefined> {
  const rows = await tx.sql<Attempt>(
    `DELETE FROM sign_on_attempts WHERE state = $1 AND browser = $2 AND expires > $3
     RETURNING purpose, issuer, client_id AS "clientId", session, invitation, secrets_sealed AS "secretsSealed", created`,
    [state, browser, now],
  )
  return rows[0]
}
