/** What provisioning writes in the table of people. */
import type { ProvisionedPerson } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

export type StoredIdentity = {
  readonly emailSealed: Buffer
  readonly emailLookup: Buffer
  readonly nameSealed: Buffer | null
  readonly externalIdSealed: Buffer | null
  readonly externalIdLookup: Buffer | null
}

export async function updateIdentity(tx: Transaction, id: string, identity: StoredIdentity): Promise<void> {
  const { emailSealed, emailLookup, nameSealed, externalIdSealed, externalIdLookup } = identity
  await tx.sql(
    `UPDATE people SET email_sealed = $2, email_lookup = $3, name_sealed = $4, external_id_sealed = $5,
       external_id_lookup = $6 WHERE id = $1`,
    [id, emailSealed, emailLookup, nameSealed, externalIdSealed, externalIdLookup],
  )
}

/** Whether somebody else has the external id. */
export async function hasExternalId(tx: Transaction, id: string, lookup: Buffer): Promise<boolean> {
  return (await tx.sql('SELECT id FROM people WHERE external_id_lookup = $1 AND id <> $2', [lookup, id])).length > 0
}

export async function updateSuspended(tx: Transaction, id: string, suspended: string | null): Promise<void> {
  await tx.sql('UPDATE people SET suspended = $2 WHERE id = $1', [id, suspended])
}

/** Whose accounts an identity provider made, newest first; the thousand newest if there are more. */
export async function listProvisionedRows(tx: Transaction): Promise<ProvisionedPerson[]> {
  return tx.sql<ProvisionedPerson>(
    `SELECT id, provisioned_by AS by, created, suspended FROM people WHERE provisioned_by IS NOT NULL
     ORDER BY created DESC, id DESC LIMIT 1000`,
  )
}
