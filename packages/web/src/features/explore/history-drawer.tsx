import { Badge, Drawer, TextInput } from '@mantine/core'
import History from 'lucide-react/icons/history'
import { useState } from 'react'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import { formatDuration, formatQuantity } from '../../ui/format.ts'
import classes from './history-drawer.module.css'
import type { HistoryEntry } from './query-history.ts'

type Props = {
  readonly opened: boolean
  readonly onClose: () => void
  readonly history: readonly HistoryEntry[]
  readonly onOpen: (entry: HistoryEntry) => void
}

/** The last two hundred runs of this person in this browser, sealed here and nowhere else. */
export function HistoryDrawer({ opened, onClose, history, onOpen }: Props) {
  const [filter, setFilter] = useState('')
  const shown = history.filter(({ sql }) => sql.toLowerCase().includes(filter.trim().toLowerCase()))
  return (
    <Drawer opened={opened} onClose={onClose} title="History" position="right" size={460}>
      {history.length === 0 ? (
        <Empty
          icon={<History size={22} />}
          title="Nothing was run yet"
          about="What you run is kept here, encrypted, in this browser only."
        />
      ) : (
        <>
          <TextInput
            size="xs"
            mb="sm"
            placeholder="Filter by SQL"
            aria-label="Filter the history"
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value)}
          />
          <ul className={classes.list}>
            {shown.map((entry) => (
              <li key={`${entry.at} ${entry.sql.length}`}>
                <button type="button" className={classes.entry} onClick={() => onOpen(entry)}>
                  <code className={classes.sql}>{entry.sql.trim()}</code>
                  <span className={classes.facts}>
                    <Time value={entry.at} />
                    {entry.code === null ? (
                      <span>{formatQuantity(entry.rows ?? 0, 'row')}</span>
                    ) : (
                      <Badge
                        size="xs"
                        variant="light"
                        tt="none"
                        color={entry.code === 'query.cancelled' ? 'gray' : 'wax'}
                      >
                        {entry.code}
                      </Badge>
                    )}
                    <span>{formatDuration(entry.milliseconds / 1000)}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Drawer>
  )
}
