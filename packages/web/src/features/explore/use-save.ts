import { saveDocument } from '@keyhold/client'
import { useState } from 'react'
import type { QueryAnswer } from '../../api/data-plane.ts'
import { forgetDocument, useAsk } from '../../api/documents.ts'
import { chooseChart } from '../charts/choose-chart.ts'
import { changeTab, mark, toReport, type Tab, type Workbench } from './workbench.ts'

type Setting = {
  readonly project: string
  readonly tab: Tab
  readonly answer: QueryAnswer | null
  readonly onSaved: (change: (now: Workbench) => Workbench) => void
}
type Words = { readonly title: string; readonly description: string }

/** Saves a tab as the report of that id. `over` is the version that it replaces; null makes it. */
export function useSave({ project, tab, answer, onSaved }: Setting) {
  const ask = useAsk(project)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [saved, setSaved] = useState<string | null>(null)
  const save = async (id: string, over: number | null, { title, description }: Words): Promise<void> => {
    setBusy(true)
    setError(null)
    const body = toReport(tab, description, answer === null ? null : chooseChart(answer.table))
    const chart = body.chart ?? tab.chart
    try {
      const { version } = await saveDocument(ask, { id, expectedVersion: over, kind: 'report', title, body })
      await forgetDocument(project, id)
      const report = { id, version, description, saved: mark({ ...tab, title, chart }) }
      onSaved((now) => changeTab(now, tab.id, { title, chart, report }))
      setSaved(id)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return { save, busy, error, saved }
}
