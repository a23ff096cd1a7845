/** The table of operators' passkeys. */
import type { Transaction } from '../../platform/database/transaction.ts'

export type StoredPasskey = {
  id: string
  operator: string
  credential: string
  publicKey: Buffer
  transports: string[]
  host: string
  /** Null for one without a name. */
  nameSealed: Buffer | null
  created: string
  lastUsed: string | null
}
type NewPasskey = Omit<StoredPasskey, 'lastUsed'> & { readonly counter: number }

const columns = `id, operator, credential, public_key AS "publicKey", transports, host, name_sealed AS "nameSealed", created,
  last_used AS "lastUsed"`

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
  const { id, operator, credential, publicKey, counter, transports, host, nameSealed, created } = passkey
  const rows = await tx.sql(
    `INSERT INTO operator_passkeys (id, operator, credential, public_key, counter, transports, host, name_sealed, created)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (credential) DO NOTHING RETURNING id`,
    [id, operator, credential, publicKey, counter, JSON.stringify(transports), host, nameSealed, created],
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

/** False when the operator has no such passkey. */
export async function renamePasskeyRow(
  tx: Transaction,
  operator: string,
  id: string,
  nameSealed: Buffer,
): Promise<boolean> {
  const rows = await tx.sql(
    'UPDATE operator_passkeys SET name_sealed = $3 WHERE operator = $1 AND id = $2 RETURNING id',
    [operator, id, nameSealed],
  )
  return rows.length === 1
}

export async function deletePasskeyRow(tx: Transaction, operator: string, id: string): Promise<void> {
  await tx.sql('DELETE FROM operator_passkeys WHERE operator = $1 AND id = $2', [operator, id])
}
