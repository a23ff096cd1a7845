/** The table of operators' passkeys. */
import type { Transaction } from '../../platform/database/transaction.ts'

export type StoredPasskey = {
  id: string
  operator: string
  credential: string
  publicKey: Buffer
  transports: string[]
  host: string
}
type NewPasskey = StoredPasskey & { readonly counter: number; readonly created: string }

const columns = 'id, operator, credential, public_key AS "publicKey", transports, host'

export async function findPasskey(tx: Transaction, credential: string): Promise<StoredPasskey | undefined> {
  const rows = await tx.sql<StoredPasskey>(`SELECT ${columns} FROM operator_passkeys WHERE credential = $1`, [
    credential,
  ])
  return rows[0]
}

export async function listPasskeyRows(tx: Transaction, operator: string): Promise<StoredPasskey[]> {
  return tx.sql<StoredPasskey>(`SELECT ${columns} FROM operator_passkeys WHERE operator = $1 ORDER BY id`, [operator])
}

/** False when this credential is known already. */
export async function insertPasskey(tx: Transaction, passkey: NewPasskey): Promise<boolean> {
  const { id, operator, credential, publicKey, counter, transports, host, created } = passkey
  const rows = await tx.sql(
    `INSERT INTO operator_passkeys (id, operator, credential, public_key, counter, transports, host, created)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (credential) DO NOTHING RETURNING id`,
    [id, operator, credential, publicKey, counter, JSON.stringify(transports), host, created],
  )
  return rows.length === 1
}

/** Notes a use. False when the counter went back, or stands still though it counts: a copy of the key may be about. */
export async function usePasskeyRow(tx: Transaction, id: string, counter: number, now: string): Promise<boolean> {
  const rows = await tx.sql(
    `UPDATE operator_passkeys SET counter = $2, last_used = $3
     WHERE id = $1 AND (counter < $2 OR (counter = 0 AND $2 = 0)) RETURNING id`,
    [id, counter, now],
  )
  return rows.length === 1
}
