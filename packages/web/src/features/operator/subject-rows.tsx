import type { OperatorSubject } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { RowsPanel } from './rows-panel.tsx'

type Props = {
  readonly project: string
  readonly subject: OperatorSubject
  readonly only?: readonly string[] | undefined
}

/** The rows that the control database has on one subject, a panel a database table. */
export function SubjectRows({ project, subject, only }: Props) {
  const held = useQuery({
    queryKey: ['operator-rows', project, subject],
    queryFn: () => api.call('readOperatorRows', { params: { project, subject } }),
    staleTime: 0,
  })
  if (held.error !== null) return <ProblemAlert error={held.error} onRetry={() => void held.refetch()} />
  if (held.data === undefined) {
    return (
      <Panel flush>
        <BlockSkeleton height={180} />
      </Panel>
    )
  }
  const { rows, cut } = held.data
  return Object.entries(rows)
    .filter(([table]) => only === undefined || only.includes(table))
    .map(([table, list]) => <RowsPanel key={table} table={table} rows={list} cut={cut.includes(table)} />)
}
