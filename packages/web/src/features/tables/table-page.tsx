import { Button, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import SquareTerminal from 'lucide-react/icons/square-terminal'
import { tablesOptions, type Table } from '../../api/catalogue.ts'
import { useMay } from '../../api/may.ts'
import { formatAge, formatBytes, formatQuantity } from '../../ui/format.ts'
import { useFragment } from '../../ui/fragment-state.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { useNow } from '../../ui/use-now.ts'
import { NotFoundPage } from '../../app/not-found-page.tsx'
import { PageSkeleton } from '../../app/page-skeleton.tsx'
import { ColumnsTab } from './columns-tab.tsx'
import { DeleteTable } from './delete-table.tsx'
import { HistoryTab } from './history-tab.tsx'
import { PreviewTab } from './preview-tab.tsx'
import { ProfileTab } from './profile-tab.tsx'
import { QuarantineNotice } from './quarantine-notice.tsx'
import { TableJobs } from './table-jobs.tsx'
import { UploadMore } from './upload-more.tsx'
import classes from './table-page.module.css'

/** One table: what is in it, where it came from, and what can be done with it. */
export function TablePage() {
  const { project, table: id } = useParams({ from: '/member/p/$project/tables/$table' })
  const tables = useQuery({ ...tablesOptions(project), refetchOnMount: 'always' })
  if (tables.error !== null) return <ProblemAlert error={tables.error} onRetry={() => void tables.refetch()} />
  if (tables.data === undefined) return <PageSkeleton />
  const table = tables.data.find((known) => known.id === id)
  if (table === undefined) return <NotFoundPage />
  return <KnownTable project={project} table={table} tables={tables.data} />
}

type Props = { readonly project: string; readonly table: Table; readonly tables: readonly Table[] }

function KnownTable({ project, table, tables }: Props) {
  const [{ tab = 'preview' }, setFragment] = useFragment()
  const name = `${table.bucket}.${table.name}`
  // Its manifests come with what the operator has of the table.
  const mayHaveSight = useMay('operator_view.read')
  return (
    <>
      <PageHeader title={name} about={<Facts table={table} />} actions={<Actions project={project} table={table} />} />
      <QuarantineNotice project={project} table={table} tables={tables} />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(value) => setFragment({ tab: value === 'preview' ? null : value })}
      >
        <Tabs.List className={classes.tabs ?? ''}>
          <Tabs.Tab value="preview">Preview</Tabs.Tab>
          <Tabs.Tab value="columns">Columns</Tabs.Tab>
          <Tabs.Tab value="profile">Profile</Tabs.Tab>
          {mayHaveSight && <Tabs.Tab value="history">History</Tabs.Tab>}
          <Tabs.Tab value="jobs">Jobs</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="preview">
          <PreviewTab project={project} table={table} />
        </Tabs.Panel>
        <Tabs.Panel value="columns">
          <ColumnsTab project={project} table={table} />
        </Tabs.Panel>
        <Tabs.Panel value="profile">
          <ProfileTab project={project} table={table} />
        </Tabs.Panel>
        {mayHaveSight && (
          <Tabs.Panel value="history">
            <HistoryTab project={project} table={table} />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="jobs">
          <TableJobs project={project} table={table} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}

function Facts({ table }: { readonly table: Table }) {
  const now = useNow()
  if (table.changed === null) return <>Never loaded.</>
  return (
    <>
      {formatQuantity(table.rows, 'row')}, {formatQuantity(table.columns.length, 'column')}, {formatBytes(table.bytes)}{' '}
      sealed, changed {formatAge(table.changed, now)}.
    </>
  )
}

function Actions({ project, table }: { readonly project: string; readonly table: Table }) {
  const mayWrite = useMay('data.write')
  return (
    <>
      {mayWrite && <DeleteTable project={project} table={table} />}
      {mayWrite && <UploadMore project={project} table={table} />}
      <Button
        leftSection={<SquareTerminal size={16} aria-hidden="true" />}
        renderRoot={(props) => <Link to="/p/$project/explore" params={{ project }} {...props} />}
      >
        Explore
      </Button>
    </>
  )
}
