/** The calls of data planes about jobs. */
import { Signed } from '@keyhold/contract'
import { Type } from 'typebox'
import type { RegisterControlMethod } from '../link/index.ts'
import { commitJob } from './commit-job.ts'
import { deleteTable } from './delete-table.ts'
import { ensureQuarantine } from './ensure-quarantine.ts'
import { readReport } from './read-report.ts'
import type { JobSetting } from './setting.ts'
import { claimJobs, failAttempt, renewJob } from './work-on-jobs.ts'

const strict = { additionalProperties: false }
const Id = Type.String({ format: 'uuid' })
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const attempt = { job: Id, attempt: Count }
const Claim = Type.Object({ most: Type.Integer({ minimum: 1, maximum: 100 }) }, strict)
const Progress = Type.Object({ phase: Type.String({ maxLength: 50 }), bytes: Count, total: Count, rows: Count }, strict)
const Renew = Type.Object({ ...attempt, progress: Progress }, strict)
/** Sealed, at most some 200 KiB. */
const Report = Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]*$', maxLength: 300_000 }))
const Fail = Type.Object(
  {
    ...attempt,
    code: Type.String({ pattern: '^[a-z][a-z0-9_.]{0,99}$' }),
    retry: Type.Boolean(),
    message: Type.String({ maxLength: 1000 }),
    remedy: Type.String({ maxLength: 1000 }),
    report: Report,
  },
  strict,
)
const Commit = Type.Object(
  {
    ...attempt,
    manifest: Signed,
    objects: Type.Array(Id, { maxItems: 100_000 }),
    quarantine: Type.Optional(Signed),
    report: Report,
  },
  strict,
)
const ReadReport = Type.Union([
  Type.Object({ project: Id, job: Id }, strict),
  Type.Object({ project: Id, table: Id }, strict),
])

const Delete = Type.Object({ project: Id, table: Id, manifest: Signed, by: Id }, strict)

export function registerJobMethods(register: RegisterControlMethod, setting: JobSetting): void {
  register('jobs.claim', Claim, async (peer, { most }) => ({ jobs: await claimJobs(setting, peer, most) }))
  register('jobs.renew', Renew, (peer, params) => renewJob(setting, peer, params))
  register('jobs.fail', Fail, async (peer, params) => {
    await failAttempt(setting, peer, params)
    return {}
  })
  register('tables.delete', Delete, (peer, params) => deleteTable(setting, peer, params))
  register('jobs.commit', Commit, (peer, params) => commitJob(setting, peer, params))
  register('jobs.quarantine', Type.Object(attempt, strict), (peer, params) => ensureQuarantine(setting, peer, params))
  register('jobs.report', ReadReport, (peer, params) => readReport(setting, peer, params))
}
