import { useCallback, useEffect, useRef, useState } from 'react'
import { readEntry, writeEntry } from './local-store.ts'
import { startWorkbench, type Workbench } from './workbench.ts'

type Stored<T> = { readonly format: 1; readonly value: T }
export type Change<T> = (change: (now: T) => T) => void
type Kept<T> = {
  /** Null until it was read. */
  readonly value: T | null
  readonly change: Change<T>
  /** Whether the last change is in the storage. */
  readonly kept: boolean
}

const waitMs = 300

/** A value that outlives the page, sealed in this browser. A change is written at once, many in a row every 300 ms. */
export function useKept<T>(name: string, start: () => T): Kept<T> {
  const [value, setValue] = useState<T | null>(null)
  const [written, setWritten] = useState<T | null>(null)
  const starting = useRef(start)
  const last = useRef(0)

  useEffect(() => {
    let current = true
    const show = (stored: unknown): void => {
      if (!current) return
      const read = isStored<T>(stored) ? stored.value : starting.current()
      setWritten(read)
      setValue(read)
    }
    readEntry(name).then(show, () => show(undefined))
    return () => {
      current = false
    }
  }, [name])

  useEffect(() => {
    if (value === null || value === written) return
    const write = (): void => {
      last.current = performance.now()
      const note = (): void => setWritten(value)
      // Without storage (a private window that forbids it) tabs live as long as the page.
      writeEntry(name, { format: 1, value } satisfies Stored<T>).then(note, note)
    }
    const timer = setTimeout(write, Math.max(0, last.current + waitMs - performance.now()))
    const leaving = new AbortController()
    addEventListener('pagehide', write, { signal: leaving.signal })
    return () => {
      clearTimeout(timer)
      leaving.abort()
    }
  }, [name, value, written])

  // Leaving for another page of the app before the timer.
  const unwritten = useRef<T | null>(null)
  useEffect(() => {
    unwritten.current = value === written ? null : value
  })
  useEffect(
    () => () => {
      const left = unwritten.current
      if (left !== null) writeEntry(name, { format: 1, value: left } satisfies Stored<T>).catch(() => undefined)
    },
    [name],
  )

  const change: Change<T> = useCallback((how) => setValue((now) => (now === null ? now : how(now))), [])
  return { value, change, kept: value === written }
}

function isStored<T>(stored: unknown): stored is Stored<T> {
  return typeof stored === 'object' && stored !== null && 'format' in stored && stored.format === 1 && 'value' in stored
}

/** The tabs of this person in this project. */
export function useWorkbench(place: string): Kept<Workbench> {
  return useKept(`${place}/tabs`, () => startWorkbench(crypto.randomUUID()))
}
