/** The tables `buckets` and `tables`, and how the API shows a table. */
import type { Signed, Table } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

/** More tables than this are refused when one is made, so a list is never cut. */
export const mostTables = 10_000

const shownColumns = `t.id, b.name AS bucket, t.name, t.sequence, t.rows, t.bytes, coalesce(s.columns, '[]') AS columns,
  t.created, t.changed`
const joined = `FROM tables t
  JOIN buckets b ON b.organisation = t.organisation AND b.id = t.bucket
  LEFT JOIN snapshots s ON s.organisation = t.organisation AND s.id = t.snapshot`

/** Finds the bucket or makes it. When two make it at a time, the second waits and finds the first's. */
export async function ensureBucketRow(tx: Transaction, bucket: NewBucket): Promise<string> {
  const { organisation, id, project, name, created } = bucket
  await tx.sql(
    `INSERT INTO buckets (organisation, id, project, name, created) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (organisation, project, name) DO NOTHING`,
    [organisation, id, project, name, created],
  )
  const rows = await tx.sql<{ id: string }>('SELECT id FROM buckets WHERE project = $1 AND name = $2', [project, name])
  return rows[0]?.id ?? id
}
export type NewBucket = { organisation: string; id: string; project: string; name: string; created: string }

/** Adds an empty table unless there is one of this name. */
export async function ensureTableRow(tx: Transaction, table: NewBucket & { bucket: string }): Promise<void> {
  const { organisation, id, project, bucket, name, created } = table
  await tx.sql(
    `INSERT INTO tables (organisation, id, project, bucket, name, created) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (organisation, bucket, name) WHERE deleted IS NULL DO NOTHING`,
    [organisation, id, project, bucket, name, created],
  )
}

export async function findTableRow(
  tx: Transaction,
  place: { project: string; bucket: string; table: string },
): Promise<Table | undefined> {
  const rows = await tx.sql<Table>(
    `SELECT ${shownColumns} ${joined} WHERE t.project = $1 AND b.name = $2 AND t.name = $3 AND t.deleted IS NULL`,
    [place.project, place.bucket, place.table],
  )
  return rows[0]
}

export async function countTables(tx: Transaction, project: string): Promise<number> {
  return (
    (
      await tx.sql<{ count: number }>('SELECT count(*) AS count FROM tables WHERE project = $1 AND deleted IS NULL', [
        project,
      ])
    )[0]?.count ?? 0
  )
}

/** The project's tables by name; only those in `buckets`, unless that is null. */
export async function listTableRows(
  tx: Transaction,
  project: string,
  buckets: readonly string[] | null,
): Promise<Table[]> {
  return tx.prepared<Table>(
    'tables.list',
    `SELECT ${shownColumns} ${joined} WHERE t.project = $1 AND t.deleted IS NULL AND ($2::text[] IS NULL OR b.name = ANY ($2))
     ORDER BY b.name, t.name LIMIT ${mostTables}`,
    [project, buckets],
  )
}

/** One table with its current manifest. */
export async function readTableRow(
  tx: Transaction,
  project: string,
  id: string,
): Promise<{ table: Table; manifest: Signed | null } | undefined> {
  const rows = await tx.prepared<Table & { manifest: Signed | null }>(
    'tables.read',
    `SELECT ${shownColumns}, s.manifest ${joined} WHERE t.project = $1 AND t.id = $2 AND t.deleted IS NULL`,
    [project, id],
  )
  if (rows[0] === undefined) return undefined
  const { manifest, ...table } = rows[0]
  return { table, manifest }
}

/** The name of the bucket that one of the project's tables is in. */
export async function findBucketName(tx: Transaction, project: string, table: string): Promise<string | undefined> {
  const rows = await tx.sql<{ name: string }>(
    `SELECT b.name FROM tables t JOIN buckets b ON b.organisation = t.organisation AND b.id = t.bucket
     WHERE t.project = $1 AND t.id = $2 AND t.deleted IS NULL`,
    [project, table],
  )
  return rows[0]?.name
}
