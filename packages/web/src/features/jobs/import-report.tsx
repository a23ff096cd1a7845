import { Text } from '@mantine/core'
import { SealedProblem } from '@keyhold/client'
import type { ColumnChange, ImportReport as Report } from '@keyhold/contract'
import type { Job } from '../../api/catalogue.ts'
import { useData } from '../../api/use-data.ts'
import { formatCount } from '../../ui/format.ts'
import { KeyValue } from '../../ui/key-value.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { describeSource } from '../import/describe-source.ts'
import classes from './job-drawer.module.css'

/** What the data plane found out about the file; sealed, so only here can it be read. */
export function ImportReport({ project, job }: { readonly project: string; readonly job: Job }) {
  const ended = job.state === 'done' || job.state === 'failed'
  const report = useData(project, 'import.report', { job: job.id }, (answer) => answer as Report, {
    enabled: ended,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (!ended) return null
  if (report.error instanceof SealedProblem && report.error.code === 'report.unknown') return null
  if (report.error !== null) return <ProblemAlert error={report.error} onRetry={() => void report.refetch()} />
  if (report.data === undefined) return <BlockSkeleton height={180} />
  const { fileName, rowsRead, rowsLoaded, rowsQuarantined, rowsReplaced, rowsRepeated, changes } = report.data
  const count = (name: string, value: number | undefined): [string, string][] =>
    value === undefined || value === 0 ? [] : [[name, formatCount(value)]]
  return (
    <section className={classes.report} aria-label="What was found in the file">
      <Text fw={600} mb={4}>
        What was found in the file
      </Text>
      <KeyValue
        items={[
          ['File', fileName],
          ['Read as', describeSource(report.data)],
          ['Rows read', formatCount(rowsRead)],
          ['Rows loaded', formatCount(rowsLoaded)],
          ...count('Kept apart', rowsQuarantined),
          ...count('Rows replaced', rowsReplaced),
          ...count('Repeated in the file', rowsRepeated),
          ...(changes.length === 0 ? [] : [['Columns', changes.map(describeChange).join('; ')] as const]),
        ]}
      />
      <Text size="xs" c="dimmed" mt={6}>
        Sealed to you: the operator sees neither the file’s name nor how it was read.
      </Text>
    </section>
  )
}

function describeChange(change: ColumnChange): string {
  if (change.kind === 'changed') return `${change.name} was ${change.from}, is ${change.to}`
  return change.kind === 'added' ? `${change.name} is new` : `${change.name} is gone`
}
