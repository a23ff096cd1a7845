import ListChecks from 'lucide-react/icons/list-checks'
import { useProjectId } from '../../api/projects.ts'
import { Empty } from '../../ui/empty.tsx'
import { useFragment } from '../../ui/fragment-state.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { JobList } from './job-list.tsx'
import { isInState, StateFilter } from './state-filter.tsx'
import { useJobs } from './use-jobs.ts'

/** Every run of every piece of work, live. */
export function JobsPage() {
  const project = useProjectId()
  const [fragment, setFragment] = useFragment()
  const jobs = useJobs(project)
  const state = fragment['state'] ?? null
  return (
    <>
      <PageHeader title="Jobs" about="Every run of every piece of work, newest first, as it happens." />
      {jobs.data !== undefined && jobs.data.length > 0 && (
        <StateFilter jobs={jobs.data} state={state} onChoose={(next) => setFragment({ state: next })} />
      )}
      <Panel flush>
        <JobList
          project={project}
          jobs={jobs.data?.filter((job) => isInState(job, state))}
          error={jobs.error}
          onRetry={() => void jobs.refetch()}
          empty={
            state === null ? (
              <Empty
                icon={<ListChecks size={22} />}
                title="No jobs yet"
                about="An import is a job: bring a file, and its progress and outcome are here."
              />
            ) : (
              <Empty title="No job is in this state" about="Take the filter away to see the others." />
            )
          }
        />
      </Panel>
    </>
  )
}
