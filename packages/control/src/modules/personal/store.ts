/** The tables of consents and of how long personal fields are kept. */
import { usualRetentionDays } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

export type Consent = { version: string; given: string }

/** Consents of a person, newest first. */
export async function listConsents(tx: Transaction, person: string): Promise<Consent[]> {
  return tx.sql<Consent>('SELECT version, given FROM consents WHERE person = $1 ORDER BY given DESC', [person])
}

/** Records a consent; one that was given before stays as it is. Gives when it was given. */
export async function insertConsent(
  tx: Transaction,
  { organisation, person, version, now }: { organisation: string; person: string; version: string; now: string },
): Promise<string> {
  await tx.sql(
    'INSERT INTO consents (organisation, person, version, given) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [organisation, person, version, now],
  )
  const given = (await listConsents(tx, person)).find((consent) => consent.version === version)?.given
  return given ?? now
}

export async function readRetentionDays(tx: Transaction): Promise<number> {
  const [row] = await tx.sql<{ days: number }>('SELECT retention_days AS days FROM privacy_settings')
  return row?.days ?? usualRetentionDays
}

export async function storeRetentionDays(tx: Transaction, organisation: string, days: number): Promise<void> {
  await tx.sql(
    `INSERT INTO privacy_settings (organisation, retention_days) VALUES ($1, $2)
     ON CONFLICT (organisation) DO UPDATE SET retention_days = excluded.retention_days`,
    [organisation, days],
  )
}

/** Kept answers of a caller's changes, which may name them. */
export async function dropKeptAnswers(tx: Transaction, principal: string): Promise<void> {
  await tx.sql('DELETE FROM idempotency_keys WHERE principal = $1', [principal])
}
