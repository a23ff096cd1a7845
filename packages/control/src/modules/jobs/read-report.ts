/** The sealed report of a job, for the data plane that will open it for whoever may read it. */
import type { ControlMethods } from '@keyhold/contract'
import type { DataPlanePeer } from '../link/index.ts'
import { failJob } from './errors.ts'
import type { JobSetting } from './setting.ts'
import { readReportRow } from './store.ts'

type Call = ControlMethods['jobs.report']

/** @throws `job.unknown` also for a table that was never loaded */
export async function readReport(
  { database }: JobSetting,
  { organisation }: DataPlanePeer,
  params: Call['params'],
): Promise<Call['result']> {
  const found = await database.readTenant({ organisation }, (tx) => readReportRow(tx, params.project, params))
  if (found === undefined) throw failJob('job.unknown')
  return { ...found, report: found.report?.toString('base64url') ?? null }
}
