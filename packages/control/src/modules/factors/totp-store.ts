/** The table of authenticator apps. */
import type { Transaction } from '../../platform/database/transaction.ts'

export type StoredTotp = {
  secret: Buffer | null
  newSecret: Buffer | null
  newExpires: string | null
  failures: number
  created: string | null
}

export async function readTotpRow(tx: Transaction, person: string): Promise<StoredTotp | undefined> {
  const rows = await tx.sql<StoredTotp>(
    `SELECT secret_sealed AS secret, new_secret_sealed AS "newSecret", new_expires AS "newExpires", failures, created
     FROM totp_factors WHERE person = $1`,
    [person],
  )
  return rows[0]
}

/** Keeps a secret of which no code was shown yet; the one in use stays. */
export async function offerTotpRow(
  tx: Transaction,
  { organisation, person }: { organisation: string; person: string },
  { sealed, expires }: { sealed: Buffer; expires: string },
): Promise<void> {
  await tx.sql(
    `INSERT INTO totp_factors (organisation, person, new_secret_sealed, new_expires) VALUES ($1, $2, $3, $4)
     ON CONFLICT (organisation, person) DO UPDATE SET new_secret_sealed = $3, new_expires = $4`,
    [organisation, person, sealed, expires],
  )
}

/**
 * The new secret becomes the one in use; the step of the code that showed it is spent. False when another one was offered
 * meanwhile.
 */
export async function confirmTotpRow(
  tx: Transaction,
  person: string,
  { offered, step, now }: { readonly offered: Buffer; readonly step: number; readonly now: string },
): Promise<boolean> {
  const rows = await tx.sql(
    `UPDATE totp_factors SET secret_sealed = new_secret_sealed, new_secret_sealed = NULL, new_expires = NULL,
       last_step = $2, failures = 0, created = $3 WHERE person = $1 AND new_secret_sealed = $4 RETURNING person`,
    [person, step, now, offered],
  )
  return rows.length === 1
}

/** Spends a time step; false when it, or a later one, was spent before. */
export async function spendTotpStep(tx: Transaction, person: string, step: number): Promise<boolean> {
  const rows = await tx.sql(
    'UPDATE totp_factors SET last_step = $2, failures = 0 WHERE person = $1 AND last_step < $2 RETURNING person',
    [person, step],
  )
  return rows.length === 1
}

export async function countTotpFailure(tx: Transaction, person: string): Promise<void> {
  await tx.sql('UPDATE totp_factors SET failures = failures + 1 WHERE person = $1', [person])
}

export async function forgiveTotpFailures(tx: Transaction, person: string): Promise<void> {
  await tx.sql('UPDATE totp_factors SET failures = 0 WHERE person = $1 AND failures > 0', [person])
}

/** False when there was none in use. */
export async function deleteTotpRow(tx: Transaction, person: string): Promise<boolean> {
  const rows = await tx.sql(
    'DELETE FROM totp_factors WHERE person = $1 AND secret_sealed IS NOT NULL RETURNING person',
    [person],
  )
  return rows.length === 1
}
