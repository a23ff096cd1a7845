import { useEffect, useState } from 'react'
import type { ListedEntry } from './log-book.ts'
import { readLogEntries } from './log-worker.ts'

const mostKept = 4_000

/** Entries of these indices as they come from the worker; what was read stays for scrolling back. */
export function useRows(wanted: readonly number[]): ReadonlyMap<number, ListedEntry> {
  const [rows, setRows] = useState<ReadonlyMap<number, ListedEntry>>(new Map())
  const missing = wanted.filter((index) => !rows.has(index))
  const key = missing.join()
  useEffect(() => {
    if (key === '') return undefined
    let current = true
    void readLogEntries(key.split(',').map(Number)).then((entries) => {
      if (!current) return
      setRows(
        (known) =>
          new Map([...(known.size > mostKept ? [] : known), ...entries.map((each) => [each.index, each] as const)]),
      )
    })
    return () => {
      current = false
    }
  }, [key])
  return rows
}
