/** Erasing personal fields of the log: of someone, or of everyone before a time. Entries and proofs stay as they are. */
import type { Database } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'

/**
 * Erases what the log keeps about a person or token, in the caller's transaction, and notes that it is to keep nothing
 * about them again: entries that are still on their way, here or on other nodes, come without personal fields. Gives
 * how many rows were there.
 */
export async function eraseSubject(
  tx: Transaction,
  organisation: string,
  subject: string,
  now: string,
): Promise<number> {
  await tx.sql('INSERT INTO ledger_erased (organisation, subject, erased) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    organisation,
    subject,
    now,
  ])
  return (await tx.sql('DELETE FROM ledger_personal WHERE subject = $1 RETURNING id', [subject])).length
}

/** Erases what a batch under way at the moment of an erasure has put back, and what is older than `before`. */
export async function sweepPersonal(
  database: Database,
  organisation: string,
  before: Date,
): Promise<{ expired: number; late: number }> {
  return database.withTenant({ organisation }, async (tx) => {
    const late = await tx.sql(
      `DELETE FROM ledger_personal p USING ledger_erased e
       WHERE e.organisation = p.organisation AND e.subject = p.subject RETURNING p.id`,
    )
    const expired = await tx.sql('DELETE FROM ledger_personal WHERE id < $1 RETURNING id', [firstIdOf(before)])
    return { expired: expired.length, late: late.length }
  })
}

/** The smallest UUIDv7 of a moment: rows are named by when they were first used. */
function firstIdOf(time: Date): string {
  const milliseconds = Math.max(0, time.getTime()).toString(16).padStart(12, '0')
  return `${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-7000-8000-000000000000`
}

/** Changes whenever personal fields are erased: who keeps copies of entries compares it, and begins anew. */
export async function readErasureMark(tx: Transaction): Promise<string> {
  const [row] = await tx.prepared<{ erased: number; oldest: string | null }>(
    'ledger erasure mark',
    `SELECT (SELECT count(*) FROM ledger_erased) AS erased,
       (SELECT id FROM ledger_personal ORDER BY organisation, id LIMIT 1) AS oldest`,
    [],
  )
  return `${row?.erased ?? 0}/${row?.oldest ?? ''}`
}
