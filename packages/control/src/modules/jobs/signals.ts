/** Wakes those who wait for something to change. A signal says "look again", never what happened. */

export type Signals = {
  readonly raise: (key: string) => void
  /** Resolves at the next `raise` of the key, or after so many milliseconds. */
  readonly wait: (key: string, milliseconds: number) => Promise<void>
}

/** A job has changed: wakes those who wait for it and those who follow its project's list. */
export function raiseJob(signals: Signals, { id, project }: { readonly id: string; readonly project: string }): void {
  signals.raise(id)
  signals.raise(project)
}

export function createSignals(): Signals {
  const waiting = new Map<string, Set<() => void>>()

  function raise(key: string): void {
    const wakers = waiting.get(key)
    waiting.delete(key)
    for (const wake of wakers ?? []) wake()
  }
  function wait(key: string, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wakers = waiting.get(key) ?? new Set()
      waiting.set(key, wakers)
      const wake = () => {
        clearTimeout(timer)
        wakers.delete(wake)
        if (wakers.size === 0 && waiting.get(key) === wakers) waiting.delete(key)
        resolve()
      }
      const timer = setTimeout(wake, milliseconds)
      wakers.add(wake)
    })
  }
  return { raise, wait }
}
