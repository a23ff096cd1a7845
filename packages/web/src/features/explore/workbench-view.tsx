import { Drawer, Title } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import type { UseQueryResult } from '@tanstack/react-query'
import { useState } from 'react'
import type { Table } from '../../api/catalogue.ts'
import { useFragmentOnce } from './use-fragment-once.ts'
import { HistoryDrawer } from './history-drawer.tsx'
import { OpenReportDialog } from './open-report-dialog.tsx'
import { useMayAsk } from '../../api/may.ts'
import { SaveReportDialog } from './save-report-dialog.tsx'
import { SchemaBrowser } from './schema-browser.tsx'
import { TabStrip } from './tab-strip.tsx'
import { TabView } from './tab-view.tsx'
import { useBenchActions, type BenchActions } from './use-bench-actions.ts'
import type { Change } from './use-workbench.ts'
import { Toolbar } from './toolbar.tsx'
import { activeTab, type Tab, type Workbench } from './workbench.ts'
import classes from './explore-page.module.css'

type Props = {
  readonly project: string
  readonly place: string
  readonly bench: Workbench
  readonly change: Change<Workbench>
  /** Whether all of it is in the browser's storage. */
  readonly kept: boolean
  readonly tables: UseQueryResult<Table[]>
}

type Dialog = 'history' | 'open' | 'save' | null

/** The Explore page once its tabs are there: tables at the side, tabs, and what the active one holds. */
export function WorkbenchView({ project, place, bench, change, kept, tables }: Props) {
  const [browsing, browser] = useDisclosure(false)
  const [dialog, setDialog] = useState<Dialog>(null)
  const maySave = useMayAsk('document.save')
  const actions = useBenchActions({ project, place, bench, change, tables: tables.data ?? [] })
  const tab = activeTab(bench)
  const close = (): void => setDialog(null)
  useFragmentOnce({ onReport: actions.openReport, onAsk: actions.askAbout, ready: tables.data !== undefined })
  useHotkeys(
    [
      ['mod+S', () => maySave && setDialog('save')],
      ['mod+Enter', actions.run],
    ],
    [],
    true,
  )
  const side = (
    <SchemaBrowser
      tables={tables.data}
      error={tables.error}
      onRetry={() => void tables.refetch()}
      onInsert={closing(browser.close, actions.insert)}
      onPreview={closing(browser.close, actions.preview)}
      onAsk={closing(browser.close, actions.ask)}
    />
  )
  return (
    <div className={classes.page} data-fill="page" data-kept={kept}>
      <Title order={1} className={classes.heading}>
        Explore
      </Title>
      <div className={classes.side}>{side}</div>
      <div className={classes.bench}>
        <TabStrip
          tabs={bench.tabs}
          active={tab.id}
          onShow={(id) => change((now) => ({ ...now, active: id }))}
          onClose={actions.close}
          onNew={actions.openNew}
        />
        <Toolbar
          tab={tab}
          run={actions.runOf(tab.id)}
          onRun={actions.run}
          onCancel={actions.cancel}
          onFormat={actions.format}
          onBrowse={browser.open}
          onDialog={setDialog}
          onToSql={actions.toSql}
        />
        <TabView key={tab.id} tab={tab} tables={tables.data ?? []} actions={actions} />
      </div>
      <Drawer opened={browsing} onClose={browser.close} title="Tables" size={300} padding={0}>
        {side}
      </Drawer>
      <BenchDialogs project={project} tab={tab} dialog={dialog} actions={actions} onClose={close} onSaved={change} />
    </div>
  )
}

/** On a phone the tables lie over what they are chosen for. */
function closing<T>(close: () => void, act: (what: T) => void): (what: T) => void {
  return (what) => {
    close()
    act(what)
  }
}

type DialogsProps = {
  readonly project: string
  readonly tab: Tab
  readonly dialog: Dialog
  readonly actions: BenchActions
  readonly onClose: () => void
  readonly onSaved: Change<Workbench>
}

function BenchDialogs({ project, tab, dialog, actions, onClose, onSaved }: DialogsProps) {
  return (
    <>
      <HistoryDrawer
        opened={dialog === 'history'}
        onClose={onClose}
        history={actions.history}
        onOpen={(entry) => {
          onClose()
          actions.openEntry(entry)
        }}
      />
      <OpenReportDialog
        opened={dialog === 'open'}
        onClose={onClose}
        project={project}
        onOpen={(id) => {
          onClose()
          actions.openReport(id)
        }}
      />
      {dialog === 'save' && (
        <SaveReportDialog
          project={project}
          tab={tab}
          answer={actions.runOf(tab.id)?.answer ?? null}
          onClose={onClose}
          onSaved={onSaved}
        />
      )}
    </>
  )
}
