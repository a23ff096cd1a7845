import { useEffect, useRef, useState } from 'react'
import { readEntry, writeEntry } from './local-store.ts'
import { startWorkbench, type Workbench } from './workbench.ts'

type Kept<T> = { readonly format: 1; readonly value: T }
export type Change<T> = (change: (now: T) => T) => void

const waitMs = 300

/**
 * A value that outlives the page, sealed in this browser; null until it was read. Changes are written soon after, and at
 * once when the page is left.
 */
export function useKept<T>(name: string, start: () => T): readonly [T | null, Change<T>] {
  const [value, setValue] = useState<T | null>(null)
  const unsaved = useRef(false)
  const starting = useRef(start)

  useEffect(() => {
    let current = true
    const show = (kept: unknown): void => {
      if (current) setValue(isKept<T>(kept) ? kept.value : starting.current())
    }
    readEntry(name).then(show, () => show(undefined))
    return () => {
      current = false
    }
  }, [name])

  useEffect(() => {
    if (value === null || !unsaved.current) return
    const write = (): void => {
      if (!unsaved.current) return
      unsaved.current = false
      // Without storage (a private window that forbids it) tabs live as long as the page.
      writeEntry(name, { format: 1, value } satisfies Kept<T>).catch(() => undefined)
    }
    const timer = setTimeout(write, waitMs)
    const leaving = new AbortController()
    addEventListener('pagehide', write, { signal: leaving.signal })
    document.addEventListener('visibilitychange', write, { signal: leaving.signal })
    return () => {
      clearTimeout(timer)
      leaving.abort()
    }
  }, [name, value])

  // Leaving for another page of the app.
  const latest = useRef(value)
  useEffect(() => {
    latest.current = value
  }, [value])
  useEffect(
    () => () => {
      if (unsaved.current) void writeEntry(name, { format: 1, value: latest.current }).catch(() => undefined)
      unsaved.current = false
    },
    [name],
  )

  const change: Change<T> = (how) => {
    unsaved.current = true
    setValue((now) => (now === null ? now : how(now)))
  }
  return [value, change]
}

function isKept<T>(kept: unknown): kept is Kept<T> {
  return typeof kept === 'object' && kept !== null && 'format' in kept && kept.format === 1 && 'value' in kept
}

/** The tabs of this person in this project. */
export function useWorkbench(place: string): readonly [Workbench | null, Change<Workbench>] {
  return useKept(`${place}/tabs`, () => startWorkbench(crypto.randomUUID()))
}
