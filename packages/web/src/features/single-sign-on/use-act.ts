import { useState } from 'react'

/** One act at a time: whether it runs, and what went wrong with the last one. */
export function useAct() {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const act = (work: () => Promise<unknown>): void => {
    setBusy(true)
    setError(null)
    work()
      .catch(setError)
      .finally(() => setBusy(false))
  }
  return { busy, error, act }
}
