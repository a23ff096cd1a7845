/** The calls that are being answered, so that closing can wait for them: a client may leave before its call has ended. */

export type RunningCalls = {
  readonly track: <T>(call: Promise<T>) => Promise<T>
  /** Resolves when none of those known now runs any more, or after the milliseconds. */
  readonly ended: (patience: number) => Promise<void>
}

export function createRunningCalls(): RunningCalls {
  const calls = new Set<Promise<unknown>>()
  return {
    track(call) {
      calls.add(call)
      const forget = () => void calls.delete(call)
      call.then(forget, forget)
      return call
    },
    async ended(patience) {
      const limit = Promise.withResolvers<void>()
      const timer = setTimeout(limit.resolve, patience)
      await Promise.race([Promise.allSettled(calls), limit.promise])
      clearTimeout(timer)
    },
  }
}
