/** How far a job is and how fast, from what the data plane reports. */
import type { Job } from '../../api/catalogue.ts'
import { formatBytes, formatDuration, formatQuantity } from '../../ui/format.ts'

export type ShownProgress = {
  /** 0 to 1; null while it cannot be told. */
  readonly part: number | null
  readonly words: string
}

const phases: Readonly<Record<string, string>> = {
  reading: 'reading',
  closing: 'waiting for the sender’s closing statement',
  committing: 'committing',
}

/** Null for jobs that are not under way. Times in milliseconds since 1970. */
export function describeProgress(job: Job, now: number): ShownProgress | null {
  if (job.state === 'queued') return { part: null, words: 'waiting for a data plane' }
  if (job.state !== 'running') return null
  const { progress } = job
  if (progress === null) return { part: null, words: 'starting' }
  const { phase, bytes, total, rows } = progress
  const said = [
    phases[phase] ?? phase,
    total > 0 ? `${formatBytes(bytes)} of ${formatBytes(total)}` : formatBytes(bytes),
  ]
  if (rows > 0) said.push(formatQuantity(rows, 'row'))
  const seconds = job.started === null ? 0 : (now - Date.parse(job.started)) / 1000
  if (seconds > 1 && bytes > 0) {
    said.push(`${formatBytes(bytes / seconds)}/s`)
    if (total > bytes) said.push(`about ${formatDuration(((total - bytes) * seconds) / bytes)} left`)
  }
  return { part: total > 0 ? Math.min(1, bytes / total) : null, words: said.join(' · ') }
}

/** How long a job took, in words; null before it ended. */
export function describeTime({ started, ended }: Job): string | null {
  if (started === null || ended === null) return null
  return formatDuration((Date.parse(ended) - Date.parse(started)) / 1000)
}
