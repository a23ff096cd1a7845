import type { Job } from '@keyhold/contract'
import type { ProjectCaller } from '../caller.ts'
import { ClientError, JobProblem } from '../errors.ts'
import { wait } from '../wait.ts'

/** Follows a job to its end, telling each state on the way. Throws what `caller.api` throws. */
export async function followJob(
  caller: ProjectCaller,
  job: string,
  onState: (job: Job) => void,
  options: { waitSeconds: number; signal: AbortSignal },
): Promise<Job> {
  for (;;) {
    const asked = performance.now()
    const { job: state } = await caller.api.call('readJob', {
      params: { project: caller.project, job },
      query: { wait: options.waitSeconds },
      signal: options.signal,
    })
    onState(state)
    if (isEnded(state)) return state
    // A server that answers at once is not asked in a circle.
    if (performance.now() - asked < 200) await wait(300, options.signal)
  }
}

function isEnded(job: Job): boolean {
  return job.state === 'done' || job.state === 'failed' || job.state === 'cancelled'
}

/** Throws JobProblem or `import.cancelled` for a job that ended without committing. */
export function assertDone(job: Job): void {
  if (job.state === 'done') return
  if (job.state === 'cancelled') {
    throw new ClientError(
      'import.cancelled',
      'the import was cancelled; the table is as it was',
      'upload the file again when you want it.',
    )
  }
  throw new JobProblem(
    job.code ?? 'job.failed',
    job.message ?? 'the import failed; the table is as it was',
    job.remedy ?? undefined,
    { job: job.id },
  )
}
