import { Text } from '@mantine/core'
import { fetchDataPlaneKey } from '@keyhold/client'
import { useQuery } from '@tanstack/react-query'
import BadgeCheck from 'lucide-react/icons/badge-check'
import History from 'lucide-react/icons/history'
import ShieldAlert from 'lucide-react/icons/shield-alert'
import { api } from '../../api/client.ts'
import type { Table } from '../../api/catalogue.ts'
import { pins } from '../../api/store.ts'
import { useSession } from '../../api/use-data.ts'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Bytes, Count, Time } from '../../ui/figures.tsx'
import { formatCount } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import type { Names } from '../audit/describe-entry.ts'
import { useNames } from '../audit/use-names.ts'
import classes from './history-tab.module.css'
import { readHistory, type TableState } from './table-history.ts'

/** Every state that the table had; each is a manifest that the data plane signed, checked in this browser. */
export function HistoryTab({ project, table }: { readonly project: string; readonly table: Table }) {
  const { caller } = useSession()
  const history = useQuery({
    queryKey: ['table-history', project, table.id, table.sequence],
    queryFn: async () => {
      const key = await fetchDataPlaneKey({ ...caller, project }, pins, Date.now())
      return readHistory(await api.call('readOperatorView', { params: { project, table: table.id } }), key)
    },
  })
  return (
    <Panel flush>
      <DataList
        label="States of the table, newest first"
        items={history.data}
        error={history.error}
        onRetry={() => void history.refetch()}
        keyOf={({ sequence }) => String(sequence)}
        columns={stateColumns(useNames())}
        empty={
          <Empty
            icon={<History size={22} />}
            title="No states yet"
            about="Each load that is committed is a state of the table, numbered, chained and signed by your data plane."
          />
        }
      />
    </Panel>
  )
}

function stateColumns(names: Names): readonly ListColumn<TableState>[] {
  return [
    { key: 'sequence', title: 'State', numeric: true, cell: ({ sequence }) => <Count value={sequence} /> },
    {
      key: 'rows',
      title: 'Rows',
      numeric: true,
      cell: ({ rows, added }) => (
        <>
          <Count value={rows} /> <Added rows={added} />
        </>
      ),
    },
    { key: 'files', title: 'Files', numeric: true, secondary: true, cell: ({ files }) => <Count value={files} /> },
    { key: 'bytes', title: 'Sealed', numeric: true, secondary: true, cell: ({ bytes }) => <Bytes value={bytes} /> },
    {
      key: 'who',
      title: 'Loaded by',
      secondary: true,
      cell: ({ loadedBy }) => (loadedBy === null ? '–' : (names.get(loadedBy) ?? 'someone of before')),
    },
    { key: 'created', title: 'When', numeric: true, cell: ({ created }) => <Time value={created} c="dimmed" /> },
    { key: 'proof', title: 'Manifest', cell: (state) => <Proof state={state} /> },
  ]
}

function Added({ rows }: { readonly rows: number | null }) {
  if (rows === null || rows === 0) return null
  return (
    <Text span size="xs" c="dimmed">
      ({rows > 0 ? '+' : '−'}
      {formatCount(Math.abs(rows))})
    </Text>
  )
}

function Proof({ state }: { readonly state: TableState }) {
  const short = state.digest.slice(0, 8)
  if (state.verified) {
    return (
      <span className={classes.proof} data-tone="good" title={`Signed by your data plane: ${state.digest}`}>
        <BadgeCheck size={15} aria-hidden="true" /> verified <code>{short}</code>
      </span>
    )
  }
  return (
    <span className={classes.proof} data-tone="bad">
      <ShieldAlert size={15} aria-hidden="true" /> not your data plane’s <code>{short}</code>
    </span>
  )
}
