import type { QueryParameter } from '@keyhold/contract'
import { useCallback, useEffect, useRef, useState } from 'react'
import { askQuery, type QueryAnswer } from '../../api/data-plane.ts'
import { describeProblem } from '../../api/problem.ts'
import { useDataPlane } from '../../api/use-data.ts'

/** What was asked: a part of a tab's SQL, and where it begins there. */
export type Asked = {
  readonly sql: string
  readonly from: number
  readonly parameters: readonly QueryParameter[]
}

/** The last run of a tab. While it runs, the answer before stays. */
export type Run = {
  readonly asked: Asked
  readonly running: boolean
  readonly answer: QueryAnswer | null
  readonly error: unknown
  /** From asking to decoded columns. */
  readonly milliseconds: number
}

type Ended = Run & { readonly tab: string; readonly at: string; readonly code: string | null }

export type Runs = {
  readonly of: (tab: string) => Run | null
  readonly start: (tab: string, asked: Asked) => void
  readonly cancel: (tab: string) => void
  readonly forget: (tab: string) => void
}

/** Runs of the tabs, one at a time each. Cancelling ends the query in the data plane too: its connection is gone. */
export function useRuns(project: string, onEnd: (run: Ended) => void): Runs {
  const plane = useDataPlane(project)
  const [runs, setRuns] = useState<ReadonlyMap<string, Run>>(() => new Map())
  const going = useRef(new Map<string, AbortController>())
  const ended = useRef(onEnd)
  useEffect(() => {
    ended.current = onEnd
  })
  useEffect(() => {
    const all = going.current
    return () => {
      for (const abort of all.values()) abort.abort()
    }
  }, [])

  const put = useCallback((tab: string, run: Run): void => setRuns((now) => new Map(now).set(tab, run)), [])
  const start = useCallback(
    (tab: string, asked: Asked): void => {
      going.current.get(tab)?.abort()
      const abort = new AbortController()
      going.current.set(tab, abort)
      const begun = performance.now()
      setRuns((now) => {
        const answer = now.get(tab)?.answer ?? null
        return new Map(now).set(tab, { asked, running: true, answer, error: null, milliseconds: 0 })
      })
      const end = (answer: QueryAnswer | null, error: unknown): void => {
        // Another run of the tab took its place.
        if (going.current.get(tab) !== abort) return
        going.current.delete(tab)
        const run: Run = { asked, running: false, answer, error, milliseconds: performance.now() - begun }
        put(tab, run)
        const code = abort.signal.aborted ? 'query.cancelled' : error === null ? null : describeProblem(error).code
        ended.current({ ...run, tab, at: new Date().toISOString(), code })
      }
      const body = { sql: asked.sql, ...(asked.parameters.length === 0 ? {} : { parameters: [...asked.parameters] }) }
      askQuery(plane, body, abort.signal).then(
        (answer) => end(answer, null),
        (error: unknown) => end(null, abort.signal.aborted ? null : error),
      )
    },
    [plane, put],
  )
  const cancel = useCallback((tab: string) => going.current.get(tab)?.abort(), [])
  const forget = useCallback((tab: string) => {
    going.current.get(tab)?.abort()
    going.current.delete(tab)
    setRuns((now) => {
      const rest = new Map(now)
      rest.delete(tab)
      return rest
    })
  }, [])
  return { of: (tab) => runs.get(tab) ?? null, start, cancel, forget }
}
