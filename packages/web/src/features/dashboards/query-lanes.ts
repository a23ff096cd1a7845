/** So many queries at once: a dashboard's first tiles are there sooner when not all are asked together. */
const most = 4
let running = 0
const queue: (() => void)[] = []

/** Runs work when a lane is free. Work whose signal was aborted meanwhile is not begun. */
export async function inLane<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (running >= most) {
    const { promise, resolve } = Promise.withResolvers<void>()
    queue.push(resolve)
    await promise
  } else {
    running++
  }
  try {
    signal.throwIfAborted()
    return await work()
  } finally {
    const next = queue.shift()
    // The lane is handed on as it is.
    if (next === undefined) running--
    else next()
  }
}
