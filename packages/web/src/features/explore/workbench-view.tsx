import { Drawer, Title } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import type { UseQueryResult } from '@tanstack/react-query'
import { useState } from 'react'
import type { Table } from '../../api/catalogue.ts'
import { useFragmentOnce } from './use-fragment-once.ts'
import { HistoryDrawer } from './history-drawer.tsx'
import { OpenReportDialog } from './open-report-dialog.tsx'
import { SaveReportDialog } from './save-report-dialog.tsx'
import { SchemaBrowser } from './schema-browser.tsx'
import { TabStrip } from './tab-strip.tsx'
import { TabView } from './tab-view.tsx'
import { useBenchActions } from './use-bench-actions.ts'
import type { Change } from './use-workbench.ts'
import { Toolbar } from './toolbar.tsx'
import { activeTab, type Workbench } from './workbench.ts'
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
  const actions = useBenchActions({ project, place, bench, change, tables: tables.data ?? [] })
  const tab = activeTab(bench)
  const close = (): void => setDialog(null)
  useFragmentOnce({ onReport: actions.openReport, onAsk: actions.askAbout, ready: tables.data !== undefined })
  useHotkeys(
    [
      ['mod+S', () => setDialog('save')],
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
      onInsert={(text) => {
        browser.close()
        actions.insert(text)
      }}
      onPreview={(table) => {
        browser.close()
        actions.preview(table)
      }}
      onAsk={(table) => {
        browser.close()
        actions.ask(table)
      }}
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
      <HistoryDrawer
        opened={dialog === 'history'}
        onClose={close}
        history={actions.history}
        onOpen={(entry) => {
          close()
          actions.openEntry(entry)
        }}
      />
      <OpenReportDialog
        opened={dialog === 'open'}
        onClose={close}
        project={project}
        onOpen={(id) => {
          close()
          actions.openReport(id)
        }}
      />
      {dialog === 'save' && (
        <SaveReportDialog
          project={project}
          tab={tab}
          answer={actions.runOf(tab.id)?.answer ?? null}
          onClose={close}
          onSaved={(saved) => change(saved)}
        />
      )}
    </div>
  )
}
