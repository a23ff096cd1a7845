import type { Job } from '../../api/catalogue.ts'
import { formatBytes } from '../../ui/format.ts'
import classes from './job-state.module.css'

const words: Readonly<Record<Job['state'], string>> = {
  queued: 'Waiting',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

/** A job's state as a word with a dot; while it runs also how far it is. */
export function JobState({ job }: { readonly job: Job }) {
  const { progress, state } = job
  return (
    <span className={classes.state} data-state={state}>
      {words[state]}
      {state === 'running' && progress !== null && progress.total > 0 && (
        <span className={classes.progress}>
          {formatBytes(progress.bytes)} of {formatBytes(progress.total)}
        </span>
      )}
    </span>
  )
}
