/** A fresh proof that it is still the same person: asked for by one dialog, whatever calls need it. */

type Ask = () => Promise<boolean>
let ask: Ask | undefined
let running: Promise<void> | undefined
let count = 0

/** Sets who asks the person; it resolves with whether they gave the proof. Returns how to end that. */
export function onStepUpNeeded(asker: Ask): () => void {
  ask = asker
  return () => (ask = undefined)
}

/** Makes a call, of either plane; when it needs a fresh proof the person is asked for one, and it is made again. */
export async function withStepUp<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'access.step_up_needed') throw error
    await askStepUp(error)
    return call()
  }
}

/** Resolves when the proof was given; calls at the same time share it. Rejects with the refusal when it was not. */
function askStepUp(refusal: Error): Promise<void> {
  running ??= prove(refusal).finally(() => (running = undefined))
  return running
}

async function prove(refusal: Error): Promise<void> {
  if ((await ask?.()) !== true) throw refusal
  count++
}

/**
 * Marks the time before a call. The answer says, after a 401, whether the session's secret may have been renewed while the
 * call was on its way, and waits for that.
 */
export function watchStepUp(): () => Promise<boolean> {
  const before = count
  return async () => {
    await running?.catch(() => {})
    return count !== before
  }
}
