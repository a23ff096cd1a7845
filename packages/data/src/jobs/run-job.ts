/** One claimed job from its claim to its end: progress is renewed, a lost lease or a cancellation ends the work. */
import type { ClaimedJob } from '@keyhold/contract'
import { EngineError } from '../engine/index.ts'
import { DataError, describeRefusal, type Refusal } from '../errors.ts'
import type { Log } from '../platform/log.ts'
import { ImportJob, type ImportSetting } from './import-job.ts'

export type JobSetting = ImportSetting & { readonly log: Log }

const renewMs = 2_000

/**
 * Never throws: what went wrong is told to the control plane by its code, and recorded. When `stopping` fires, the job
 * goes back to the queue at once.
 */
export async function runJob(claimed: ClaimedJob, setting: JobSetting, stopping: AbortSignal): Promise<void> {
  const abort = new AbortController()
  const stop = () => abort.abort(stoppingError())
  stopping.addEventListener('abort', stop, { once: true })
  const job = new ImportJob(claimed, setting, abort.signal)
  const stopRenewing = renew(claimed, job, setting, abort)
  try {
    await job.run()
    setting.log('job.done', { job: claimed.id, rows: job.progress.rows })
  } catch (error) {
    stopRenewing()
    await reportFailure(claimed, job, setting, abort.signal.aborted ? abort.signal.reason : error)
  } finally {
    stopRenewing()
    stopping.removeEventListener('abort', stop)
  }
}

function renew(claimed: ClaimedJob, job: ImportJob, setting: JobSetting, abort: AbortController): () => void {
  const { id, attempt, leaseSeconds } = claimed
  let lastHeard = Date.now()
  const tick = async () => {
    try {
      const { cancelled } = await setting.control('jobs.renew', { job: id, attempt, progress: { ...job.progress } })
      lastHeard = Date.now()
      if (cancelled) abort.abort(cancelledError())
    } catch (error) {
      const { code } = describeRefusal(error)
      if (code.startsWith('job.')) abort.abort(error)
      else if (Date.now() - lastHeard > leaseSeconds * 1000) abort.abort(error)
    }
  }
  const timer = setInterval(() => void tick(), Math.min(renewMs, (leaseSeconds * 1000) / 4))
  return () => clearInterval(timer)
}

async function reportFailure(claimed: ClaimedJob, run: ImportJob, setting: JobSetting, error: unknown): Promise<void> {
  const { code, message, remedy } = describeFailure(error, run.rowWord)
  setting.log('job.failed', { job: claimed.id, attempt: claimed.attempt, failure: code }, error)
  const { id: job, attempt } = claimed
  try {
    await setting.record([
      {
        action: 'import.run',
        outcome: /^(upload|access|manifest)\./.test(code) ? 'denied' : 'failure',
        code,
        project: setting.project,
        actor: null,
        object: { kind: 'table', id: claimed.table },
        details: { job, upload: claimed.upload, attempt },
      },
    ])
    const retry = isPassing(code)
    const report = retry ? undefined : await run.sealFailure(code, error)
    await setting.control('jobs.fail', { job, attempt, code, retry, message, remedy, ...(report && { report }) })
  } catch (cause) {
    // The lease runs out, and the job goes back to the queue by itself.
    setting.log('job.failure_not_reported', { job }, cause)
  }
}

/** A bad row is named by line and rule; not by column, since in a file without a header its name would be a value. */
function describeFailure(error: unknown, rowWord: string): Refusal {
  const refusal = describeRefusal(error)
  if (!(error instanceof EngineError) || !error.badRow) return refusal
  const { line, rule } = error.badRow
  return { ...refusal, message: `${refusal.message} It is on ${rowWord} ${line}; the rule: ${rule}.` }
}

/** Failures that another attempt may not meet again. */
function isPassing(code: string): boolean {
  return (
    /^(link|internal|ledger|key|data_plane|commit)\./.test(code) ||
    ['engine.crashed', 'engine.ended', 'engine.unavailable'].includes(code)
  )
}

function stoppingError(): DataError {
  return new DataError(
    'data_plane.stopping',
    'The data plane was stopped.',
    'The import goes on by itself once it runs again.',
  )
}

function cancelledError(): DataError {
  return new DataError('import.cancelled', 'The import was cancelled.', 'Start it again when you want it.')
}
