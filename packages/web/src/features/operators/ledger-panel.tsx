import { Button, Group, Switch } from '@mantine/core'
import { parseEntry } from '@keyhold/ledger'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import { formatCount } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { findActionWords } from '../audit/action-words.ts'
import type { ListedEntry } from '../audit/log-book.ts'
import { LogStateBadge } from '../audit/log-state-badge.tsx'
import { askWholeLog, useInstallationLogWorker } from '../audit/log-worker.ts'
import { useRows } from '../audit/use-rows.ts'
import { useSearch } from '../audit/use-search.ts'
import { operatorsOptions } from './operator-api.ts'
import classes from './operators-page.module.css'

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

const shownAtMost = 100
const withoutReadings = {}
const withReadings = { routine: 'shown' }

/** The installation's own log: the whole is verified here, its newest acts are shown, and all of it can be exported. */
export function LedgerPanel() {
  useInstallationLogWorker()
  useEffect(askWholeLog, [])
  const { data: people } = useQuery(operatorsOptions)
  const names = new Map(people?.operators.map(({ id, name }) => [id, name]))
  const [readings, setReadings] = useState(false)
  const found = useSearch(readings ? withReadings : withoutReadings, names)
  const indices = [...(found?.indices.slice(0, shownAtMost) ?? [])]
  const rows = useRows(indices)
  const describe = ({ index, entry: text }: ListedEntry): Row => {
    const entry = parseEntry(text)
    const { id, kind } = entry.actor
    return { index, entry, who: (id === null ? undefined : names.get(id)) ?? kind }
  }
  const listed = indices.flatMap((index) => rows.get(index) ?? [])
  const isComing = found === null || (listed.length === 0 && indices.length > 0)
  return (
    <Panel
      title="Ledger"
      flush
      actions={
        <Group gap="xs">
          <LogStateBadge link={() => null} />
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
        </Group>
      }
    >
      <DataList
        label="Ledger"
        columns={columns}
        items={isComing ? undefined : listed.map(describe)}
        keyOf={({ index }) => String(index)}
        empty={<Empty title="Nothing yet" about="What operators do, and are refused, stands here." />}
      />
      <div className={classes.inset}>
        <Switch
          label={readings ? 'Readings too' : `Readings too: ${formatCount(found?.routine ?? 0)} are left out`}
          checked={readings}
          onChange={(event) => setReadings(event.currentTarget.checked)}
        />
      </div>
    </Panel>
  )
}
