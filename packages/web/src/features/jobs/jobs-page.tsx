import { useQuery } from '@tanstack/react-query'
import ListChecks from 'lucide-react/icons/list-checks'
import { jobsOptions, tablesOptions } from '../../api/catalogue.ts'
import { useProjectId } from '../../api/projects.ts'
import { DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { CancelButton } from './cancel-button.tsx'
import { jobColumns } from './job-columns.tsx'

export function JobsPage() {
  const project = useProjectId()
  const tables = useQuery(tablesOptions(project))
  const jobs = useQuery(jobsOptions(project))
  return (
    <>
      <PageHeader title="Jobs" about="Every run of every piece of work, newest first." />
      <Panel flush>
        <DataList
          label="Jobs"
          items={jobs.data?.jobs}
          error={jobs.error}
          onRetry={() => void jobs.refetch()}
          keyOf={({ id }) => id}
          columns={[
            ...jobColumns(tables.data ?? []),
            { key: 'act', title: 'Cancel', numeric: true, cell: (job) => <CancelButton project={project} job={job} /> },
          ]}
          empty={
            <Empty
              icon={<ListChecks size={22} />}
              title="No jobs yet"
              about="An import is a job: bring a file, and its progress and outcome are here."
            />
          }
        />
      </Panel>
    </>
  )
}
