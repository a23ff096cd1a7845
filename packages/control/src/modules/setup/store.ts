/** The table of organisations. */
import type { Transaction } from '../../platform/database/transaction.ts'

export type OrganisationState = 'unclaimed' | 'active'

export async function insertOrganisation(tx: Transaction, id: string, now: string): Promise<void> {
  await tx.sql(`INSERT INTO organisations (id, state, created) VALUES ($1, 'unclaimed', $2)`, [id, now])
}

export async function readOrganisationState(tx: Transaction, id: string): Promise<OrganisationState | undefined> {
  return (await tx.sql<{ state: OrganisationState }>('SELECT state FROM organisations WHERE id = $1', [id]))[0]?.state
}

/** Gives the organisation its name and makes it active; false when it is not unclaimed any more. */
export async function claimOrganisation(tx: Transaction, id: string, name: string): Promise<boolean> {
  const rows = await tx.sql(
    `UPDATE organisations SET name = $2, state = 'active' WHERE id = $1 AND state = 'unclaimed' RETURNING id`,
    [id, name],
  )
  return rows.length === 1
}

export async function readOrganisationName(tx: Transaction, id: string): Promise<string | undefined> {
  const rows = await tx.prepared<{ name: string | null }>(
    'organisations.name',
    'SELECT name FROM organisations WHERE id = $1',
    [id],
  )
  return rows[0]?.name ?? undefined
}
