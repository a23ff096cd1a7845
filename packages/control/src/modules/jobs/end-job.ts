/** Ends of jobs that no data plane brought about. */
import type { Transaction } from '../../platform/database/transaction.ts'
import { type Ending, endings } from './errors.ts'
import { recordJob } from './record-job.ts'
import type { JobSetting } from './setting.ts'
import { raiseJob } from './signals.ts'
import { endJob, type StoredJob } from './store.ts'

/** Ends a job that is locked, with its upload. */
export async function endWithoutResult(
  setting: JobSetting,
  tx: Transaction,
  organisation: string,
  job: StoredJob,
  code: Ending,
): Promise<void> {
  const failed = code === 'job.attempts_exhausted' || code === 'upload.expired'
  const now = setting.now().toISOString()
  await endJob(tx, job.id, { state: failed ? 'failed' : 'cancelled', now, code, ...endings[code] })
  await setting.uploads.abandon(tx, organisation, job.upload)
  if (failed) {
    await recordJob(setting, tx, job, { organisation, action: 'job.end', outcome: 'failure', code })
  }
  tx.onCommit(() => raiseJob(setting.signals, job))
}
