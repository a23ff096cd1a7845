/** Entries of the log for what happens to jobs without a caller's request. */
import type { AuditEvent } from '../../platform/audit-port.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { JobSetting } from './setting.ts'
import type { StoredJob } from './store.ts'

type JobAct = Pick<AuditEvent, 'action' | 'outcome' | 'code'> & {
  readonly organisation: string
  /** The data plane that did it; undefined for the control plane itself. */
  readonly dataPlane?: string
  readonly details?: AuditEvent['details']
}

/** Puts the entry into the change's transaction. The result waits, after the commit, until the entry is in the tree. */
export function recordJob(
  { audit }: JobSetting,
  tx: Transaction,
  job: StoredJob,
  { organisation, dataPlane, details, ...act }: JobAct,
): Promise<() => Promise<void>> {
  return audit.stage(tx, {
    organisation,
    project: job.project,
    ...act,
    actor: dataPlane === undefined ? { kind: 'system', id: null } : { kind: 'dataPlane', id: dataPlane },
    source: null,
    object: { kind: 'job', id: job.id },
    details: { table: job.table, upload: job.upload, attempt: job.attempt, ...details },
  })
}
