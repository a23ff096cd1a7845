/**
 * Jobs: their states, attempts and leases, and the commit that makes a result visible. Guarantees that of several
 * attempts at a job at most one commits, once, and that a job whose worker vanished is tried again, at most five times.
 * Refuses older attempts and manifests that the calling data plane did not sign or that do not continue the table's.
 */
import type { Transaction } from '../../platform/database/transaction.ts'
import type { DataPlanePeer, RegisterControlMethod } from '../link/index.ts'
import { giveUpJob } from './cancel-job.ts'
import type { Ending } from './errors.ts'
import { registerJobMethods } from './link-methods.ts'
import { createJobHandlers } from './routes.ts'
import type { JobSetting } from './setting.ts'
import { insertJob, type NewJob, shortenLeases } from './store.ts'
import { sweepLeases } from './sweep-leases.ts'

export type { CommitCatalogue } from './ports.ts'
export type { JobSetting } from './setting.ts'
export { createSignals, type Signals } from './signals.ts'

/** A process that survived the loss of its connection renews sooner than this. */
const graceAfterLink = 30_000

export type JobsModule = {
  readonly handlers: ReturnType<typeof createJobHandlers>
  /** Adds an import job and its ticket in the caller's transaction; the data plane is told after the commit. */
  readonly start: (tx: Transaction, job: Omit<NewJob, 'created'>) => Promise<void>
  /** Ends the job of an upload that was given up, and the upload with it. */
  readonly giveUp: (tx: Transaction, organisation: string, job: string, code: Ending) => Promise<void>
  /** A data plane's connection ended: what it does not renew soon goes back to the queue. */
  readonly loseLink: (peer: DataPlanePeer) => Promise<void>
  /** Takes jobs back whose lease ran out. Call it every few seconds. */
  readonly sweep: () => Promise<number>
}

export function createJobs(setting: JobSetting, register: RegisterControlMethod): JobsModule {
  registerJobMethods(register, setting)
  return {
    handlers: createJobHandlers(setting),
    async start(tx, job) {
      await insertJob(tx, { ...job, created: setting.now().toISOString() })
      await setting.queue.enqueue(tx, job.organisation, job.id)
      tx.onCommit(() => {
        setting.announce(job.organisation)
        setting.signals.raise(job.project)
      })
    },
    giveUp: (tx, organisation, job, code) => giveUpJob(setting, tx, organisation, job, code),
    loseLink: ({ organisation }) => {
      const end = new Date(setting.now().getTime() + graceAfterLink).toISOString()
      return setting.database.withTenant({ organisation }, (tx) => shortenLeases(tx, end))
    },
    sweep: () => sweepLeases(setting),
  }
}
