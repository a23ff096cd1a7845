import { Progress, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { tablesOptions, type Job } from '../../api/catalogue.ts'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Time } from '../../ui/figures.tsx'
import { useFragment } from '../../ui/fragment-state.ts'
import { useNow } from '../../ui/use-now.ts'
import { CancelButton } from './cancel-button.tsx'
import { JobDrawer } from './job-drawer.tsx'
import classes from './job-list.module.css'
import { describeProgress, describeTime } from './job-progress.ts'
import { JobState } from './job-state.tsx'

type Props = {
  readonly project: string
  readonly jobs: readonly Job[] | undefined
  readonly error: unknown
  readonly onRetry: () => void
  readonly empty: ReactNode
}

/** Jobs with their progress or outcome; each opens with all that is known of it. */
export function JobList({ project, jobs, error, onRetry, empty }: Props) {
  const [fragment, setFragment] = useFragment()
  const tables = useQuery(tablesOptions(project)).data ?? []
  const names = new Map(tables.map((table) => [table.id, `${table.bucket}.${table.name}`]))
  const opened = jobs?.find(({ id }) => id === fragment['job'])
  const open = (job: Job): void => setFragment({ job: job.id })
  return (
    <>
      <DataList
        label="Jobs, newest first"
        items={jobs}
        error={error}
        onRetry={onRetry}
        keyOf={({ id }) => id}
        columns={jobListColumns(project, names, open)}
        empty={empty}
      />
      <JobDrawer
        project={project}
        job={opened}
        table={opened === undefined ? '' : (names.get(opened.table) ?? 'a table of before')}
        onClose={() => setFragment({ job: null })}
      />
    </>
  )
}

function jobListColumns(
  project: string,
  names: ReadonlyMap<string, string>,
  open: (job: Job) => void,
): readonly ListColumn<Job>[] {
  return [
    {
      key: 'what',
      title: 'Job',
      cell: (job) => (
        <>
          <button type="button" className={classes.open} onClick={() => open(job)}>
            Import into {names.get(job.table) ?? 'a table of before'}
          </button>
          <Outcome job={job} />
        </>
      ),
    },
    { key: 'state', title: 'State', cell: (job) => <JobState job={job} /> },
    { key: 'took', title: 'Took', numeric: true, secondary: true, cell: (job) => describeTime(job) ?? '–' },
    {
      key: 'created',
      title: 'Started',
      numeric: true,
      secondary: true,
      cell: ({ created }) => <Time value={created} c="dimmed" />,
    },
    {
      key: 'act',
      title: 'Acts',
      quiet: true,
      numeric: true,
      cell: (job) => <CancelButton project={project} job={job} />,
    },
  ]
}

function Outcome({ job }: { readonly job: Job }) {
  const now = useNow()
  const progress = describeProgress(job, now)
  if (progress !== null) {
    return (
      <div className={classes.progress}>
        {progress.part !== null && <Progress size="xs" value={progress.part * 100} aria-label="Progress" />}
        <Text size="xs" c="dimmed">
          {progress.words}
        </Text>
      </div>
    )
  }
  if (job.state !== 'failed') return null
  return (
    <Text size="sm" c="dimmed">
      {job.message ?? job.code}
    </Text>
  )
}
