import { isConflict, readDocument, saveDocument } from '@keyhold/client'
import type { DashboardBody } from '@keyhold/contract'
import { useState } from 'react'
import { forgetDocument, useAsk } from '../../api/documents.ts'
import type { Dashboard } from './dashboard-body.ts'

export type Saving = {
  readonly busy: boolean
  readonly error: unknown
  /** Somebody else saved or deleted it since this page read it. */
  readonly conflict: boolean
  readonly save: (title: string, body: DashboardBody, over?: boolean) => Promise<void>
  readonly settle: () => void
}

/** Saves a dashboard on the version that was read; with `over` on whatever is there now. */
export function useSave(project: string, dashboard: Dashboard, onSaved: () => void): Saving {
  const ask = useAsk(project)
  const [state, setState] = useState({ busy: false, error: null as unknown, conflict: false })
  const save: Saving['save'] = async (title, body, over = false) => {
    setState({ busy: true, error: null, conflict: false })
    const { id } = dashboard
    try {
      const expectedVersion = over ? await newestVersion() : dashboard.version
      await saveDocument(ask, { id, kind: 'dashboard', title, body, expectedVersion })
      await forgetDocument(project, id)
      setState({ busy: false, error: null, conflict: false })
      onSaved()
    } catch (error) {
      const conflict = isConflict(error)
      setState({ busy: false, error: conflict ? null : error, conflict })
    }
  }
  /** Null when it was deleted: saving makes it again. */
  const newestVersion = async (): Promise<number | null> => {
    try {
      return (await readDocument(ask, dashboard.id)).version
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'document.unknown') return null
      throw error
    }
  }
  return { ...state, save, settle: () => setState({ busy: false, error: null, conflict: false }) }
}
