import { useQuery } from '@tanstack/react-query'
import { jobsOptions, tablesOptions } from '../../api/catalogue.ts'
import { useProjectId, useProjects } from '../../api/projects.ts'
import { useSession } from '../../api/use-data.ts'
import { formatQuantity } from '../../ui/format.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { DropAnywhere } from '../import/drop-anywhere.tsx'
import { SampleLinks } from '../samples/sample-links.tsx'
import { DashboardsPanel } from './dashboards-panel.tsx'
import { HomeActions } from './home-actions.tsx'
import classes from './home-page.module.css'
import { NextSteps } from './next-steps.tsx'
import { RecentJobs, RecentTables } from './recent-panels.tsx'

/** Where a day starts: what was looked at, what came in, what ran. */
export function HomePage() {
  const project = useProjectId()
  const projects = useProjects()
  const { self } = useSession()
  const tables = useQuery(tablesOptions(project))
  const jobs = useQuery(jobsOptions(project))
  const name = projects.find(({ id }) => id === project)?.name ?? 'Home'
  const filled = tables.data?.filter(({ sequence }) => sequence > 0)
  if (filled?.length === 0 && jobs.data?.jobs.length === 0) {
    const greeting = self.name === null ? 'Welcome.' : `Welcome, ${self.name}.`
    return (
      <>
        <PageHeader title={name} about={greeting} />
        <NextSteps />
        <SampleLinks project={project} />
        <DropAnywhere />
      </>
    )
  }
  return (
    <>
      {/* A no-break space keeps the line's height until there is something to say. */}
      <PageHeader
        title={name}
        about={filled === undefined ? '\u00a0' : describe(filled)}
        actions={<HomeActions project={project} />}
      />
      <div className={classes.grid}>
        <DashboardsPanel project={project} />
        <RecentTables project={project} tables={filled} error={tables.error} />
        <RecentJobs project={project} jobs={jobs.data?.jobs} tables={tables.data ?? []} error={jobs.error} />
      </div>
      <DropAnywhere />
    </>
  )
}

function describe(tables: readonly { rows: number }[]): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  return `${formatQuantity(tables.length, 'table')} with ${formatQuantity(rows, 'row')}, sealed under your keys.`
}
