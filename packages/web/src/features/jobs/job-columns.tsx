import { Text } from '@mantine/core'
import type { Job, Table } from '../../api/catalogue.ts'
import type { ListColumn } from '../../ui/data-list.tsx'
import { Time } from '../../ui/figures.tsx'
import { JobState } from './job-state.tsx'

/** How jobs are listed everywhere. `tables` give the names of what they work on. */
export function jobColumns(tables: readonly Table[]): ListColumn<Job>[] {
  const names = new Map(tables.map((table) => [table.id, `${table.bucket}.${table.name}`]))
  return [
    {
      key: 'what',
      title: 'Job',
      cell: (job) => (
        <>
          <Text fw={550}>{names.get(job.table) ?? 'Unknown table'}</Text>
          {job.state === 'failed' && (
            <Text size="sm" c="dimmed">
              {job.message ?? job.code}
            </Text>
          )}
        </>
      ),
    },
    { key: 'state', title: 'State', cell: (job) => <JobState job={job} /> },
    { key: 'created', title: 'Started', numeric: true, cell: ({ created }) => <Time value={created} c="dimmed" /> },
  ]
}
