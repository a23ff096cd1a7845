/** The tables of passkeys and of challenges for them. */
import type { Transaction } from '../../platform/database/transaction.ts'

export type StoredPasskey = {
  id: string
  credential: string
  publicKey: Buffer
  counter: number
  transports: string[]
  host: string
  nameSealed: Buffer
  created: string
  lastUsed: string | null
}
export type NewPasskey = Omit<StoredPasskey, 'lastUsed'> & { organisation: string; person: string }

/** A person's passkeys, oldest first. */
export async function listPasskeyRows(tx: Transaction, person: string): Promise<StoredPasskey[]> {
  return tx.sql<StoredPasskey>(
    `SELECT id, credential, public_key AS "publicKey", counter, transports, host, name_sealed AS "nameSealed", created,
       last_used AS "lastUsed"
     FROM passkeys WHERE person = $1 ORDER BY created, id`,
    [person],
  )
}

/** False when this credential is known already. */
export async function insertPasskey(tx: Transaction, passkey: NewPasskey): Promise<boolean> {
  const { organisation, id, person, credential, publicKey, counter, transports, host, nameSealed, created } = passkey
  const rows = await tx.sql(
    `INSERT INTO passkeys (organisation, id, person, credential, public_key, counter, transports, host, name_sealed, created)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (organisation, credential) DO NOTHING RETURNING id`,
    [organisation, id, person, credential, publicKey, counter, JSON.stringify(transports), host, nameSealed, created],
  )
  return rows.length === 1
}

/** Notes a use. False when the counter went back, or stands still though it counts: a copy of the key may be about. */
export async function usePasskeyRow(tx: Transaction, id: string, counter: number, now: string): Promise<boolean> {
  const rows = await tx.sql(
    `UPDATE passkeys SET counter = $2, last_used = $3
     WHERE id = $1 AND (counter < $2 OR (counter = 0 AND $2 = 0)) RETURNING id`,
    [id, counter, now],
  )
  return rows.length === 1
}

/** False when the person has no such passkey. */
export async function deletePasskeyRow(tx: Transaction, person: string, id: string): Promise<boolean> {
  const rows = await tx.sql('DELETE FROM passkeys WHERE person = $1 AND id = $2 RETURNING id', [person, id])
  return rows.length === 1
}

export type Purpose = 'add' | 'step-up'

/** One open challenge for a session and purpose: a new one ends the earlier. */
export async function putChallenge(
  tx: Transaction,
  { organisation, session, purpose }: { organisation: string; session: string; purpose: Purpose },
  { challenge, expires }: { challenge: string; expires: string },
): Promise<void> {
  await tx.sql(
    `INSERT INTO passkey_challenges (organisation, session, purpose, challenge, expires) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (organisation, session, purpose) DO UPDATE SET challenge = $4, expires = $5`,
    [organisation, session, purpose, challenge, expires],
  )
}

/** Takes the challenge away, whatever comes of it; null when there is none or it has ended. */
export async function takeChallenge(
  tx: Transaction,
  session: string,
  purpose: Purpose,
  now: string,
): Promise<string | null> {
  const rows = await tx.sql<{ challenge: string; expires: string }>(
    'DELETE FROM passkey_challenges WHERE session = $1 AND purpose = $2 RETURNING challenge, expires',
    [session, purpose],
  )
  const [row] = rows
  return row === undefined || row.expires <= now ? null : row.challenge
}
