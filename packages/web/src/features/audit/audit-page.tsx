import { Text } from '@mantine/core'
import type { CallOutput } from '@keyhold/contract'
import type { LedgerEntry } from '@keyhold/ledger'
import { useQuery } from '@tanstack/react-query'
import ScrollText from 'lucide-react/icons/scroll-text'
import { api } from '../../api/client.ts'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Count, Time } from '../../ui/figures.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'

type Item = { readonly index: number; readonly entry: LedgerEntry }

const shown = 100

const columns: readonly ListColumn<Item>[] = [
  {
    key: 'index',
    title: 'No.',
    numeric: true,
    secondary: true,
    cell: ({ index }) => <Count value={index} c="dimmed" />,
  },
  { key: 'action', title: 'Act', cell: ({ entry }) => <Text fw={550}>{entry.action}</Text> },
  { key: 'outcome', title: 'Outcome', cell: ({ entry }) => entry.outcome },
  { key: 'time', title: 'When', numeric: true, cell: ({ entry }) => <Time value={entry.time} c="dimmed" /> },
]

/** The newest entries. */
export function AuditPage() {
  const entries = useQuery({
    queryKey: ['audit', shown],
    queryFn: async () => readItems(await api.call('listEntries', { query: { last: shown } })),
    refetchInterval: 30_000,
  })
  return (
    <>
      <PageHeader title="Audit" about="Every act, in a log that only grows and that anyone with the file can verify." />
      <Panel flush>
        <DataList
          label="Entries, newest first"
          items={entries.data}
          error={entries.error}
          onRetry={() => void entries.refetch()}
          keyOf={({ index }) => String(index)}
          columns={columns}
          empty={<Empty icon={<ScrollText size={22} />} title="No entries yet" about="The next act is the first." />}
        />
      </Panel>
    </>
  )
}

function readItems({ entries }: CallOutput<'listEntries'>): Item[] {
  return entries.map(({ index, entry }) => ({ index, entry: JSON.parse(entry) as LedgerEntry })).toReversed()
}
