/** Work that comes back: one run at a time, with a pause after each; a failure is logged and the next run comes. */
import type { Log } from '../platform/log.ts'

export type Periodic = { readonly name: string; readonly pause: number; readonly run: () => Promise<unknown> }

/** Starts the rounds; each first runs after its pause. Returns what stops them and waits for running ones. */
export function startPeriodic(rounds: readonly Periodic[], log: Log): () => Promise<void> {
  let stopped = false
  const timers = new Map<string, NodeJS.Timeout>()
  const running = new Set<Promise<void>>()

  function plan(round: Periodic): void {
    if (!stopped) timers.set(round.name, setTimeout(() => start(round), round.pause).unref())
  }
  function start(round: Periodic): void {
    const run = runOnce(round).finally(() => {
      running.delete(run)
      plan(round)
    })
    running.add(run)
  }
  async function runOnce({ name, run }: Periodic): Promise<void> {
    try {
      await run()
    } catch (error) {
      log.error('periodic.failed', { name }, error)
    }
  }
  for (const round of rounds) plan(round)
  return async () => {
    stopped = true
    for (const timer of timers.values()) clearTimeout(timer)
    await Promise.all(running)
  }
}
