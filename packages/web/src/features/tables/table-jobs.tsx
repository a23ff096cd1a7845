import ListChecks from 'lucide-react/icons/list-checks'
import type { Table } from '../../api/catalogue.ts'
import { Empty } from '../../ui/empty.tsx'
import { Panel } from '../../ui/panel.tsx'
import { JobList } from '../jobs/job-list.tsx'
import { useJobs } from '../jobs/use-jobs.ts'

/** Loads of this table, with their outcome. */
export function TableJobs({ project, table }: { readonly project: string; readonly table: Table }) {
  const jobs = useJobs(project)
  return (
    <Panel flush>
      <JobList
        project={project}
        jobs={jobs.data?.filter((job) => job.table === table.id)}
        error={jobs.error}
        onRetry={() => void jobs.refetch()}
        empty={
          <Empty
            icon={<ListChecks size={22} />}
            title="No jobs of late"
            about="Each load of this table is a job; the newest of the project are kept here."
          />
        }
      />
    </Panel>
  )
}
