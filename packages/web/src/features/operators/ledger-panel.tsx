import { Button } from '@mantine/core'
import type { CallOutput } from '@keyhold/contract'
import { parseEntry } from '@keyhold/ledger'
import { useQuery } from '@tanstack/react-query'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { findActionWords } from '../audit/action-words.ts'
import { ledgerOptions, operatorsOptions } from './operator-api.ts'

type Listed = CallOutput<'listInstallationEntries'>['entries'][number]
type Row = { readonly index: number; readonly entry: ReturnType<typeof parseEntry>; readonly who: string }

const columns: readonly ListColumn<Row>[] = [
  { key: 'time', title: 'When', cell: ({ entry }) => <Time value={entry.time} /> },
  { key: 'who', title: 'Who', cell: ({ who }) => who },
  { key: 'action', title: 'What', cell: ({ entry }) => findActionWords(entry.action).words },
  {
    key: 'outcome',
    title: 'Outcome',
    cell: ({ entry }) => (entry.code === null ? entry.outcome : `${entry.outcome}: ${entry.code}`),
    secondary: true,
  },
]

/** The installation's own log: the newest entries, and the whole to be verified elsewhere. */
export function LedgerPanel() {
  const { data, error, refetch } = useQuery(ledgerOptions)
  const { data: people } = useQuery(operatorsOptions)
  const names = new Map(people?.operators.map(({ id, name }) => [id, name]))
  const describe = ({ index, entry: text }: Listed): Row => {
    const entry = parseEntry(text)
    const { id, kind } = entry.actor
    return { index, entry, who: (id === null ? undefined : names.get(id)) ?? kind }
  }
  return (
    <Panel
      title="Ledger"
      flush
      actions={
        <Button
          variant="default"
          renderRoot={(props) => (
            <a {...props} href="/v1/operators/ledger/export" download="installation-log.ndjson">
              {props['children']}
            </a>
          )}
        >
          Export
        </Button>
      }
    >
      <DataList
        label="Ledger"
        columns={columns}
        items={data?.entries.map(describe).toReversed()}
        keyOf={({ index }) => String(index)}
        error={error}
        onRetry={() => void refetch()}
        empty={<Empty title="Nothing yet" about="What operators do, and are refused, stands here." />}
      />
    </Panel>
  )
}
