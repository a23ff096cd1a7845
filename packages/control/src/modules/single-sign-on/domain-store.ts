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
export async function markProven(tx: Transaction, id: string, proven: string, now: string): Promise<void> {
  await tx.sql('UPDATE sign_on_domains SET proven = $2, checked = $3, missing = NULL WHERE id = $1', [id, proven, now])
}

export type DueDomain = SignOnDomain & { readonly checked: string | null; readonly missing: string | null }

/** Proven ones that were last looked at before a time. */
export async function listDueDomains(tx: Transaction, before: string): Promise<DueDomain[]> {
  return tx.sql<DueDomain>(
    `SELECT ${columns}, checked, missing FROM sign_on_domains
     WHERE proven IS NOT NULL AND coalesce(checked, proven) <= $1 ORDER BY domain`,
    [before],
  )
}

type DomainCheck = { readonly now: string; readonly missing: string | null; readonly ends: boolean }

/** False when it is not as it was read: it was looked at, or removed, meanwhile. `ends`: it is no longer proven. */
export async function noteDomainCheck(
  tx: Transaction,
  { id, checked }: DueDomain,
  { now, missing, ends }: DomainCheck,
): Promise<boolean> {
  const rows = await tx.sql(
    `UPDATE sign_on_domains SET checked = $2, missing = CASE WHEN $4 THEN NULL ELSE $3::timestamptz END,
       proven = CASE WHEN $4 THEN NULL ELSE proven END
     WHERE id = $1 AND proven IS NOT NULL AND checked IS NOT DISTINCT FROM $5 RETURNING id`,
    [id, now, missing, ends, checked],
  )
  return rows.length === 1
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
