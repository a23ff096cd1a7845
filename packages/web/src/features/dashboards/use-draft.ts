import type { DashboardBody } from '@keyhold/contract'
import { useCallback, useState } from 'react'
import type { Dashboard } from './dashboard-body.ts'

type State = {
  readonly title: string
  readonly body: DashboardBody
  /** Bodies before each change, oldest first. */
  readonly past: readonly DashboardBody[]
}

export type Draft = Omit<State, 'past'> & {
  readonly changed: boolean
  readonly canUndo: boolean
  readonly setTitle: (title: string) => void
  readonly setBody: (change: (body: DashboardBody) => DashboardBody) => void
  readonly undo: () => void
}

const most = 100

/** What is being changed, with what it was before each change. */
export function useDraft(dashboard: Dashboard): Draft {
  const [state, setState] = useState<State>({ title: dashboard.title, body: dashboard.body, past: [] })
  const setBody: Draft['setBody'] = useCallback((change) => {
    setState((before) => {
      const body = change(before.body)
      return body === before.body ? before : { ...before, body, past: [...before.past.slice(-most), before.body] }
    })
  }, [])
  const undo = useCallback(() => {
    setState((before) => {
      const body = before.past.at(-1)
      return body === undefined ? before : { ...before, body, past: before.past.slice(0, -1) }
    })
  }, [])
  const { title, body, past } = state
  return {
    title,
    body,
    changed: past.length > 0 || title !== dashboard.title,
    canUndo: past.length > 0,
    setTitle: (next) => setState((before) => ({ ...before, title: next })),
    setBody,
    undo,
  }
}
