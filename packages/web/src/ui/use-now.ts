import { useSyncExternalStore } from 'react'

const everyMs = 15_000
let now = Date.now()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function tick(): void {
  now = Date.now()
  for (const listener of listeners) listener()
}

// One clock for all ages on the page.
function subscribe(listener: () => void): () => void {
  // It stood still while nobody looked.
  if (listeners.size === 0) now = Date.now()
  listeners.add(listener)
  // Nobody looked at the clock for a while: it may be behind.
  if (timer === undefined) now = Date.now()
  timer ??= setInterval(tick, everyMs)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** Milliseconds since 1970, to within 15 seconds; renders again as time goes on. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}
