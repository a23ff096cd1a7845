/** The list of jobs, and waiting until it differs from what the caller has. */
import { createHash } from 'node:crypto'
import type { Answer } from '../../platform/http/call.ts'
import { describeJob, listJobs, type JobPlace, type VisibleBuckets } from './read-job.ts'
import type { JobSetting } from './setting.ts'
import type { JobState } from './states.ts'

/** Changes of other nodes are seen this late. */
const lookAgain = 1_000

type JobFilter = { readonly state: JobState | undefined; readonly limit: number }
/** `since`: the list's digest as the caller has it; `wait` in milliseconds. */
type Known = { readonly since: string | undefined; readonly wait: number }

/** The list at once, or when its digest is another than `since`, at the latest after `wait`. */
export async function followJobs(
  setting: JobSetting,
  place: JobPlace,
  visible: VisibleBuckets,
  filter: JobFilter,
  { since, wait }: Known,
): Promise<Answer<'listJobs'>> {
  const until = setting.now().getTime() + wait
  for (;;) {
    // Asked for before the rows are read, so that no change falls between the two.
    const left = since === undefined ? 0 : until - setting.now().getTime()
    const changed = left > 0 ? setting.signals.wait(place.project, Math.min(left, lookAgain)) : undefined
    const jobs = (await listJobs(setting, place, visible, filter)).map(describeJob)
    const change = createHash('sha256').update(JSON.stringify(jobs)).digest('base64url').slice(0, 22)
    if (changed === undefined || change !== since) return { jobs, change }
    await changed
  }
}
