/** Reading jobs, and waiting for their end. */
import type { Job } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failJob } from './errors.ts'
import type { JobSetting } from './setting.ts'
import { type JobState, nextJobState } from './states.ts'
import { listJobRows, readJobRow, type StoredJob } from './store.ts'

export type JobPlace = {
  readonly organisation: string
  readonly project: string
}
/** Buckets whose jobs the caller may see; undefined: all. */
export type VisibleBuckets = ReadonlySet<string> | undefined

/** The job, at once or when it has ended, at the latest after so many milliseconds. @throws `job.unknown` */
export async function readJob(
  setting: JobSetting,
  place: JobPlace,
  visible: VisibleBuckets,
  id: string,
  wait: number,
): Promise<StoredJob> {
  const until = setting.now().getTime() + wait
  for (;;) {
    // Asked for before the row is read, so that no change falls between the two.
    const left = until - setting.now().getTime()
    const changed = left > 0 ? setting.signals.wait(id, Math.min(left, 1_000)) : undefined
    const job = await setting.database.readTenant(place, async (tx) => {
      const row = await readJobRow(tx, place.project, id)
      return row && (await filterVisible(setting, tx, [row], visible))[0]
    })
    if (job === undefined) throw failJob('job.unknown')
    if (changed === undefined || nextJobState(job.state, 'cancel') === null) return job
    await changed
  }
}

export async function listJobs(
  setting: JobSetting,
  place: JobPlace,
  visible: VisibleBuckets,
  filter: { state: JobState | undefined; limit: number },
): Promise<StoredJob[]> {
  return setting.database.readTenant(place, async (tx) =>
    filterVisible(setting, tx, await listJobRows(tx, place.project, filter), visible),
  )
}

async function filterVisible(
  { catalogue }: JobSetting,
  tx: Transaction,
  jobs: readonly StoredJob[],
  visible: VisibleBuckets,
): Promise<StoredJob[]> {
  if (visible === undefined) return [...jobs]
  const allowed = new Set<string>()
  for (const { project, table } of new Map(jobs.map((job) => [job.table, job])).values()) {
    const bucket = await catalogue.findBucket(tx, project, table)
    if (bucket !== undefined && visible.has(bucket)) allowed.add(table)
  }
  return jobs.filter((job) => allowed.has(job.table))
}

/** A job as the API shows it. */
export function describeJob(stored: StoredJob): Job {
  const { project: _project, ...job } = stored
  return job
}
