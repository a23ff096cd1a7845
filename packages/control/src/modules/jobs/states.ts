/** What may become of a job: null means that the event is refused in that state. */
export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
/** `lose`: the lease ran out. `exhaust`: it ran out, or was given back, once too often. */
export const jobEvents = ['claim', 'renew', 'commit', 'fail', 'retry', 'lose', 'exhaust', 'cancel'] as const
export type JobEvent = (typeof jobEvents)[number]

const refuseAll: Record<JobEvent, null> = {
  claim: null,
  renew: null,
  commit: null,
  fail: null,
  retry: null,
  lose: null,
  exhaust: null,
  cancel: null,
}

const transitions: Record<JobState, Record<JobEvent, JobState | null>> = {
  queued: { ...refuseAll, claim: 'running', cancel: 'cancelled' },
  running: {
    claim: null,
    renew: 'running',
    commit: 'done',
    fail: 'failed',
    retry: 'queued',
    lose: 'queued',
    exhaust: 'failed',
    cancel: 'cancelled',
  },
  done: refuseAll,
  failed: refuseAll,
  cancelled: refuseAll,
}

/** The state after an event, or null when it may not happen. */
export function nextJobState(state: JobState, event: JobEvent): JobState | null {
  return transitions[state][event]
}
