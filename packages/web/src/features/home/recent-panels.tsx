import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Job, Table } from '../../api/catalogue.ts'
import { DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Bytes, Count, Time } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { jobColumns } from '../jobs/job-columns.tsx'
import classes from './home-page.module.css'

const recent = 5

type TablesProps = { readonly project: string; readonly tables: readonly Table[] | undefined; readonly error: unknown }

export function RecentTables({ project, tables, error }: TablesProps) {
  const newest = tables?.toSorted((a, b) => ((a.changed ?? '') < (b.changed ?? '') ? 1 : -1)).slice(0, recent)
  return (
    <Panel title="Tables" flush actions={<AllLink to="/p/$project/tables" project={project} what="tables" />}>
      <DataList
        label="Tables changed last"
        items={newest}
        error={error}
        keyOf={({ id }) => id}
        columns={[
          { key: 'name', title: 'Table', cell: (table) => <Text fw={550}>{`${table.bucket}.${table.name}`}</Text> },
          { key: 'rows', title: 'Rows', numeric: true, cell: ({ rows }) => <Count value={rows} /> },
          {
            key: 'bytes',
            title: 'Sealed',
            numeric: true,
            secondary: true,
            cell: ({ bytes }) => <Bytes value={bytes} />,
          },
          {
            key: 'changed',
            title: 'Changed',
            numeric: true,
            cell: ({ changed }) => (changed === null ? '–' : <Time value={changed} c="dimmed" />),
          },
        ]}
        empty={<Empty title="No tables yet" about="A table appears here when its first file is in." />}
      />
    </Panel>
  )
}

type JobsProps = {
  readonly project: string
  readonly jobs: readonly Job[] | undefined
  readonly tables: readonly Table[]
  readonly error: unknown
}

export function RecentJobs({ project, jobs, tables, error }: JobsProps) {
  return (
    <Panel title="Jobs" flush actions={<AllLink to="/p/$project/jobs" project={project} what="jobs" />}>
      <DataList
        label="Jobs that ran last"
        items={jobs?.slice(0, recent)}
        error={error}
        keyOf={({ id }) => id}
        columns={jobColumns(tables)}
        empty={<Empty title="No jobs yet" about="Every import is a job, with its progress and its outcome." />}
      />
    </Panel>
  )
}

type AllProps = {
  readonly to: '/p/$project/tables' | '/p/$project/jobs' | '/p/$project/dashboards'
  readonly project: string
  readonly what: string
}

/** To the whole list. */
export function AllLink({ to, project, what }: AllProps) {
  return (
    <Link to={to} params={{ project }} className={classes.all} aria-label={`All ${what}`}>
      All
    </Link>
  )
}
