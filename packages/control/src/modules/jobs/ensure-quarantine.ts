/** The table that keeps the bad rows of another one, beside it. */
import type { ControlMethods } from '@keyhold/contract'
import type { DataPlanePeer } from '../link/index.ts'
import { failJob } from './errors.ts'
import { recordJob } from './record-job.ts'
import type { JobSetting } from './setting.ts'
import { lockJob } from './store.ts'
import { checkAttempt } from './work-on-jobs.ts'

type Call = ControlMethods['jobs.quarantine']

const longestName = 63

/** Name of the quarantine of a table. */
export function nameQuarantine(table: string): string {
  return `${table}__quarantine`
}

/** @throws `job.unknown`, `job.stale_attempt`, `job.quarantine_name`, `table.too_many` */
export async function ensureQuarantine(
  setting: JobSetting,
  { organisation, dataPlane }: DataPlanePeer,
  params: Call['params'],
): Promise<Call['result']> {
  const { result, included } = await setting.database.withTenant({ organisation }, async (tx) => {
    const job = await lockJob(tx, params.job)
    checkAttempt(job, params.attempt)
    const of = await setting.catalogue.lockTable(tx, job.table)
    const name = nameQuarantine(of?.name ?? '')
    if (of === undefined || name.length > longestName) throw failJob('job.quarantine_name')
    const place = { organisation, project: job.project, bucket: of.bucket, table: name }
    const { id } = await setting.catalogue.ensureTable(tx, place, setting.now())
    const entry = { organisation, dataPlane, action: 'job.quarantine', outcome: 'success', code: null } as const
    const included = await recordJob(setting, tx, job, { ...entry, details: { quarantine: id } })
    return { included, result: { table: id, bucket: of.bucket, name } }
  })
  await included()
  return result
}
