/** The table of domains. */
import type { SignOnDomain } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

const columns = 'id, domain, token, created, proven'

export async function listDomainRows(tx: Transaction): Promise<SignOnDomain[]> {
  return tx.sql<SignOnDomain>(`SELECT ${columns} FROM sign_on_domains ORDER BY domain`)
}

export async function readDomainRow(tx: Transaction, id: string): Promise<SignOnDomain | undefined> {
  return (await tx.sql<SignOnDomain>(`SELECT ${columns} FROM sign_on_domains WHERE id = $1`, [id]))[0]
}

/** False when the organisation has it already. */
export async function insertDomain(tx: Transaction, organisation: string, added: SignOnDomain): Promise<boolean> {
  const { id, domain, token, created } = added
  const rows = await tx.sql(
    `INSERT INTO sign_on_domains (organisation, id, domain, token, created) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (organisation, domain) DO NOTHING RETURNING id`,
    [organisation, id, domain, token, created],
  )
  return rows.length === 1
}

/** @throws what PostgreSQL throws for a second one, when another organisation proves it at this moment */
export async function markProven(tx: Transaction, id: string, now: string): Promise<void> {
  await tx.sql('UPDATE sign_on_domains SET proven = $2 WHERE id = $1', [id, now])
}

export async function deleteDomain(tx: Transaction, id: string): Promise<void> {
  await tx.sql('DELETE FROM sign_on_domains WHERE id = $1', [id])
}

export async function hasProven(tx: Transaction, domain: string): Promise<boolean> {
  const rows = await tx.sql('SELECT id FROM sign_on_domains WHERE domain = $1 AND proven IS NOT NULL', [domain])
  return rows.length === 1
}

export async function countProven(tx: Transaction): Promise<number> {
  const rows = await tx.sql<{ proven: number }>(
    'SELECT count(*) AS proven FROM sign_on_domains WHERE proven IS NOT NULL',
  )
  return rows[0]?.proven ?? 0
}
