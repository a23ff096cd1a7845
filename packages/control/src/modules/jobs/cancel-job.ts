/** Cancelling: the job ends at once; its data plane hears of it at the next renewal or commit. */
import type { Transaction } from '../../platform/database/transaction.ts'
import { endWithoutResult } from './end-job.ts'
import { type Ending, failJob } from './errors.ts'
import type { JobPlace } from './read-job.ts'
import type { JobSetting } from './setting.ts'
import { nextJobState } from './states.ts'
import { lockJob, type StoredJob } from './store.ts'

/** Cancels a job that has not ended; `allow` is asked with its bucket first. @throws `job.unknown`, `job.ended` */
export async function cancelJob(
  setting: JobSetting,
  tx: Transaction,
  place: JobPlace,
  id: string,
  allow: (bucket: string) => void,
): Promise<StoredJob> {
  const job = await lockJob(tx, id)
  if (job === undefined || job.project !== place.project) throw failJob('job.unknown')
  allow((await setting.catalogue.findBucket(tx, job.project, job.table)) ?? '')
  if (job.state === 'cancelled') return job
  if (nextJobState(job.state, 'cancel') === null) throw failJob('job.ended')
  await endWithoutResult(setting, tx, place.organisation, job, 'job.cancelled')
  return (await lockJob(tx, id)) ?? job
}

/** Ends the job of an upload that was given up; the upload goes with it, whatever became of the job. */
export async function giveUpJob(
  setting: JobSetting,
  tx: Transaction,
  organisation: string,
  id: string,
  code: Ending,
): Promise<void> {
  const job = await lockJob(tx, id)
  if (job === undefined) return
  if (nextJobState(job.state, 'cancel') === null) await setting.uploads.abandon(tx, organisation, job.upload)
  else await endWithoutResult(setting, tx, organisation, job, code)
}
