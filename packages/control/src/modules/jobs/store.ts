/** The table of jobs. */
import type { Job } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { JobState } from './states.ts'

export type StoredJob = Job & { readonly project: string }

const columns = `id, project, kind, state, attempt, table_id AS "table", upload, progress, code, message, remedy, snapshot,
  created, started, ended`

export type NewJob = {
  readonly organisation: string
  readonly id: string
  readonly project: string
  readonly upload: string
  readonly table: string
  readonly created: string
}

export async function insertJob(tx: Transaction, job: NewJob): Promise<void> {
  await tx.sql(
    `INSERT INTO jobs (organisation, id, project, kind, state, upload, table_id, created)
     VALUES ($1, $2, $3, 'import', 'queued', $4, $5, $6)`,
    [job.organisation, job.id, job.project, job.upload, job.table, job.created],
  )
}

export async function readJobRow(tx: Transaction, project: string, id: string): Promise<StoredJob | undefined> {
  return (await tx.sql<StoredJob>(`SELECT ${columns} FROM jobs WHERE project = $1 AND id = $2`, [project, id]))[0]
}

/** The row, locked until the transaction ends. */
export async function lockJob(tx: Transaction, id: string): Promise<StoredJob | undefined> {
  return (await tx.sql<StoredJob>(`SELECT ${columns} FROM jobs WHERE id = $1 FOR UPDATE`, [id]))[0]
}

/** The project's jobs, newest first. */
export async function listJobRows(
  tx: Transaction,
  project: string,
  filter: { state: JobState | undefined; limit: number },
): Promise<StoredJob[]> {
  return tx.sql<StoredJob>(
    `SELECT ${columns} FROM jobs WHERE project = $1 AND ($2::text IS NULL OR state = $2)
     ORDER BY created DESC, id DESC LIMIT $3`,
    [project, filter.state ?? null, filter.limit],
  )
}

/** Starts an attempt: the job must be queued and locked. @returns the attempt's number */
export async function startAttempt(tx: Transaction, id: string, now: string, leaseExpires: string): Promise<number> {
  const rows = await tx.sql<{ attempt: number }>(
    `UPDATE jobs SET state = 'running', attempt = attempt + 1, started = coalesce(started, $2), lease_expires = $3,
       progress = NULL WHERE id = $1 RETURNING attempt`,
    [id, now, leaseExpires],
  )
  return rows[0]?.attempt ?? 0
}

export async function renewLease(
  tx: Transaction,
  id: string,
  progress: NonNullable<Job['progress']>,
  leaseExpires: string,
): Promise<void> {
  await tx.sql('UPDATE jobs SET progress = $2, lease_expires = $3 WHERE id = $1', [
    id,
    JSON.stringify(progress),
    leaseExpires,
  ])
}

export async function requeueJob(tx: Transaction, id: string): Promise<void> {
  await tx.sql(`UPDATE jobs SET state = 'queued', lease_expires = NULL, progress = NULL WHERE id = $1`, [id])
}

export type JobEnd = {
  readonly state: 'done' | 'failed' | 'cancelled'
  readonly now: string
  readonly snapshot?: string
  readonly code?: string
  readonly message?: string
  readonly remedy?: string
  /** Sealed, base64url. */
  readonly report?: string | undefined
}

export async function endJob(tx: Transaction, id: string, end: JobEnd): Promise<void> {
  await tx.sql(
    `UPDATE jobs SET state = $2, ended = $3, snapshot = $4, code = $5, message = $6, remedy = $7, report = $8,
       lease_expires = NULL WHERE id = $1`,
    [
      id,
      end.state,
      end.now,
      end.snapshot ?? null,
      end.code ?? null,
      end.message ?? null,
      end.remedy ?? null,
      end.report === undefined ? null : Buffer.from(end.report, 'base64url'),
    ],
  )
}

export type StoredReport = { readonly job: string; readonly table: string; readonly report: Buffer | null }

/** The report of a job of the project, or of the job that made a table's current snapshot. */
export async function readReportRow(
  tx: Transaction,
  project: string,
  by: { job: string } | { table: string },
): Promise<StoredReport | undefined> {
  const id = 'job' in by ? '$2' : '(SELECT s.job FROM tables t JOIN snapshots s ON s.id = t.snapshot WHERE t.id = $2)'
  const rows = await tx.sql<StoredReport>(
    `SELECT id AS job, table_id AS "table", report FROM jobs WHERE project = $1 AND id = ${id}`,
    [project, 'job' in by ? by.job : by.table],
  )
  return rows[0]
}

/** Running jobs whose lease has run out, locked; those that another transaction works on are left out. */
export async function lockLostJobs(tx: Transaction, now: string): Promise<StoredJob[]> {
  return tx.sql<StoredJob>(
    `SELECT ${columns} FROM jobs WHERE state = 'running' AND lease_expires <= $1
     ORDER BY lease_expires LIMIT 100 FOR UPDATE SKIP LOCKED`,
    [now],
  )
}

/** Ids of a table's jobs that have not ended, locked. */
export async function lockRunningJobs(tx: Transaction, table: string): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>(
    `SELECT id FROM jobs WHERE table_id = $1 AND state IN ('queued', 'running') ORDER BY id FOR UPDATE`,
    [table],
  )
  return rows.map((row) => row.id)
}

/** Makes all running leases end by a time: their data plane's connection is gone. */
export async function shortenLeases(tx: Transaction, leaseExpires: string): Promise<void> {
  await tx.sql(`UPDATE jobs SET lease_expires = $1 WHERE state = 'running' AND lease_expires > $1`, [leaseExpires])
}
