/** The table of people. */
import type { Role } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

export type NewPerson = {
  readonly organisation: string
  readonly id: string
  readonly emailSealed: Buffer
  readonly emailLookup: Buffer
  readonly passwordHash: string
  readonly role: Role
  readonly created: string
}

export async function insertPerson(tx: Transaction, person: NewPerson): Promise<void> {
  const { organisation, id, emailSealed, emailLookup, passwordHash, role, created } = person
  await tx.sql(
    `INSERT INTO people (organisation, id, email_sealed, email_lookup, password_hash, role, created)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [organisation, id, emailSealed, emailLookup, passwordHash, role, created],
  )
}

export async function readPasswordHash(tx: Transaction, id: string): Promise<string | undefined> {
  return (await tx.sql<{ hash: string }>('SELECT password_hash AS hash FROM people WHERE id = $1', [id]))[0]?.hash
}
