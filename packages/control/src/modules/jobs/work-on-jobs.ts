/** A data plane's side of jobs: claims, renewals, failures. An older attempt than the current one is refused. */
import type { ClaimedJob, ControlMethods } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { DataPlanePeer } from '../link/index.ts'
import { failJob } from './errors.ts'
import { recordJob } from './record-job.ts'
import type { JobSetting } from './setting.ts'
import { raiseJob } from './signals.ts'
import { nextJobState } from './states.ts'
import { endJob, lockJob, renewLease, requeueJob, startAttempt, type StoredJob } from './store.ts'
import { endWithoutResult } from './end-job.ts'

const leaseSeconds = 60
export const mostAttempts = 5

/** Claims up to `most` jobs, each with the number of its attempt and a lease. */
export async function claimJobs(setting: JobSetting, peer: DataPlanePeer, most: number): Promise<ClaimedJob[]> {
  const { organisation } = peer
  return setting.database.withTenant({ organisation }, async (tx) => {
    const claimed: ClaimedJob[] = []
    for (const id of await setting.queue.take(tx, organisation, most)) {
      const job = await lockJob(tx, id)
      if (job === undefined || nextJobState(job.state, 'claim') === null) continue
      claimed.push(await startJob(setting, tx, job))
    }
    for (const job of claimed) tx.onCommit(() => raiseJob(setting.signals, job))
    return claimed
  })
}

async function startJob({ now }: JobSetting, tx: Transaction, job: StoredJob): Promise<ClaimedJob> {
  const attempt = await startAttempt(tx, job.id, now().toISOString(), leaseEnd(now()))
  const { id, kind, project, upload, table } = job
  return { id, kind, attempt, project, upload, table, leaseSeconds }
}

/** @throws `job.unknown`, `job.stale_attempt`; a cancelled job answers `cancelled` instead */
export async function renewJob(
  setting: JobSetting,
  peer: DataPlanePeer,
  params: ControlMethods['jobs.renew']['params'],
): Promise<{ cancelled: boolean }> {
  return setting.database.withTenant(peer, async (tx) => {
    const job = await lockJob(tx, params.job)
    if (job?.state === 'cancelled' && job.attempt === params.attempt) return { cancelled: true }
    checkAttempt(job, params.attempt)
    await renewLease(tx, job.id, params.progress, leaseEnd(setting.now()))
    tx.onCommit(() => raiseJob(setting.signals, job))
    return { cancelled: false }
  })
}

/** @throws `job.unknown`, `job.stale_attempt` */
export async function failAttempt(
  setting: JobSetting,
  peer: DataPlanePeer,
  params: ControlMethods['jobs.fail']['params'],
): Promise<void> {
  const included = await setting.database.withTenant(peer, async (tx) => {
    const job = await lockJob(tx, params.job)
    checkAttempt(job, params.attempt)
    if (params.retry) return giveBack(setting, tx, peer.organisation, job)
    const { code, message, remedy, report } = params
    await endJob(tx, job.id, { state: 'failed', now: setting.now().toISOString(), code, message, remedy, report })
    await setting.uploads.abandon(tx, peer.organisation, job.upload)
    const { organisation, dataPlane } = peer
    tx.onCommit(() => raiseJob(setting.signals, job))
    return recordJob(setting, tx, job, { organisation, dataPlane, action: 'job.fail', outcome: 'failure', code })
  })
  await included?.()
}

/** Puts a running job back into the queue, or ends it after its last attempt. */
export async function giveBack(
  setting: JobSetting,
  tx: Transaction,
  organisation: string,
  job: StoredJob,
): Promise<void> {
  if (job.attempt >= mostAttempts) return endWithoutResult(setting, tx, organisation, job, 'job.attempts_exhausted')
  await requeueJob(tx, job.id)
  await setting.queue.enqueue(tx, organisation, job.id)
  tx.onCommit(() => {
    raiseJob(setting.signals, job)
    setting.announce(organisation)
  })
}

/** Refuses whoever does not hold the job's current attempt. @throws `job.unknown`, `job.stale_attempt` */
export function checkAttempt(job: StoredJob | undefined, attempt: number): asserts job is StoredJob {
  if (job === undefined) throw failJob('job.unknown')
  if (job.attempt !== attempt || nextJobState(job.state, 'renew') === null) throw failJob('job.stale_attempt')
}

function leaseEnd(now: Date): string {
  return new Date(now.getTime() + leaseSeconds * 1000).toISOString()
}
