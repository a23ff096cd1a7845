/** Tells those who follow a log that something has happened. */

export type News = {
  /** Resolves at the next news, or after the milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>
  readonly tell: () => void
}

export function createNews(): News {
  const waiting = new Set<() => void>()
  return {
    wait: (milliseconds) =>
      new Promise((resolve) => {
        const wake = () => {
          clearTimeout(limit)
          waiting.delete(wake)
          resolve()
        }
        const limit = setTimeout(wake, milliseconds)
        waiting.add(wake)
      }),
    tell() {
      for (const wake of waiting) wake()
    },
  }
}
