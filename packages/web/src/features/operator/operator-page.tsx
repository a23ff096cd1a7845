import { Text } from '@mantine/core'
import type { OperatorSubject } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { useProjectId } from '../../api/projects.ts'
import { Empty } from '../../ui/empty.tsx'
import { formatQuantity } from '../../ui/format.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { HeldRows } from './held-rows.tsx'
import classes from './operator-page.module.css'
import { sentences } from './sentences.ts'

/** A page as the control plane has it: the rows of its database on the subject, read through nothing that could open them. */
export function OperatorPage({ title, subject }: { readonly title: string; readonly subject: OperatorSubject }) {
  const project = useProjectId()
  const held = useQuery({
    queryKey: ['operator-rows', project, subject],
    queryFn: () => api.call('readOperatorRows', { params: { project, subject } }),
  })
  return (
    <>
      <PageHeader title={title} about={sentences[subject]} />
      {held.error !== null && <ProblemAlert error={held.error} onRetry={() => void held.refetch()} />}
      {held.isLoading && <BlockSkeleton height={320} />}
      <div className={classes.tables}>
        {Object.entries(held.data?.rows ?? {}).map(([table, rows]) => (
          <Panel
            key={table}
            title={table}
            flush
            actions={
              <Text size="sm" c="dimmed">
                {held.data?.cut.includes(table) === true
                  ? `the newest ${rows.length}`
                  : formatQuantity(rows.length, 'row')}
              </Text>
            }
          >
            {rows.length === 0 ? (
              <Empty title="No rows" about="The control plane holds nothing of this yet." />
            ) : (
              <HeldRows table={table} rows={rows} />
            )}
          </Panel>
        ))}
      </div>
    </>
  )
}
