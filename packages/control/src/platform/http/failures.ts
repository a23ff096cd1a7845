/** Counts failed attempts by a key in a sliding minute-grained window; memory is bounded. */

export type FailureCounter = {
  /** True when the key has reached the limit within the window. */
  readonly isBlocked: (key: string) => boolean
  readonly count: (key: string) => void
  readonly forget: (key: string) => void
}

const mostKeys = 10_000

export function createFailureCounter(limit: number, windowMilliseconds: number, now: () => number): FailureCounter {
  const times = new Map<string, number[]>()
  const recent = (key: string) => (times.get(key) ?? []).filter((time) => now() - time < windowMilliseconds)
  return {
    isBlocked: (key) => times.has(key) && recent(key).length >= limit,
    count(key) {
      const kept = [...recent(key), now()].slice(-limit)
      times.delete(key)
      times.set(key, kept)
      if (times.size > mostKeys) times.delete(times.keys().next().value as string)
    },
    forget: (key) => void times.delete(key),
  }
}
