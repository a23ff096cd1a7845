import { visibleBuckets } from '../../platform/access.ts'
import type { Handlers } from '../../platform/http/call.ts'
import { cancelJob } from './cancel-job.ts'
import { followJobs } from './follow-jobs.ts'
import { describeJob, readJob } from './read-job.ts'
import type { JobSetting } from './setting.ts'

type JobOperation = 'listJobs' | 'readJob' | 'cancelJob'

export function createJobHandlers(setting: JobSetting): Handlers<JobOperation> {
  return {
    async listJobs({ organisation, principal, params, query }) {
      const place = { organisation, project: params.project }
      const filter = { state: query.state, limit: query.limit ?? 50 }
      const known = { since: query.since, wait: (query.wait ?? 0) * 1000 }
      return followJobs(setting, place, visibleBuckets(principal), filter, known)
    },
    async readJob({ organisation, principal, params, query, note }) {
      note({ object: { kind: 'job', id: params.job } })
      const place = { organisation, project: params.project }
      const job = await readJob(setting, place, visibleBuckets(principal), params.job, (query.wait ?? 0) * 1000)
      return { job: describeJob(job) }
    },
    async cancelJob({ organisation, params, note, allow, commit }) {
      note({ object: { kind: 'job', id: params.job } })
      const { project } = params
      return commit(async (tx) => {
        const ask = (bucket: string) => allow({ project, bucket })
        const job = describeJob(await cancelJob(setting, tx, { organisation, project }, params.job, ask))
        note({ after: job })
        return { job }
      })
    },
  }
}
