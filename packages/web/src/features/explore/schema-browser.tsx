import { ActionIcon, Code, Menu, TextInput } from '@mantine/core'
import ChevronRight from 'lucide-react/icons/chevron-right'
import Ellipsis from 'lucide-react/icons/ellipsis'
import Search from 'lucide-react/icons/search'
import { useState } from 'react'
import type { Table } from '../../api/catalogue.ts'
import { Empty } from '../../ui/empty.tsx'
import { formatShort } from '../../ui/format.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { ListSkeleton } from '../../ui/skeletons.tsx'
import { quoteName, quoteTable } from '../questions/quote-name.ts'
import { ColumnIcon } from './column-icon.tsx'
import { filterTables, groupTables } from './filter-tables.ts'
import classes from './schema-browser.module.css'

type BrowserActions = {
  readonly onInsert: (text: string) => void
  readonly onPreview: (table: Table) => void
  readonly onAsk: (table: Table) => void
}

type Props = BrowserActions & {
  readonly tables: readonly Table[] | undefined
  readonly error: unknown
  readonly onRetry: () => void
}

/** Buckets, their tables, and the columns of those that are open. */
export function SchemaBrowser({ tables, error, onRetry, ...actions }: Props) {
  const [filter, setFilter] = useState('')
  const [opened, setOpened] = useState<ReadonlySet<string>>(() => new Set())
  const toggle = (id: string): void => {
    const next = new Set(opened)
    if (!next.delete(id)) next.add(id)
    setOpened(next)
  }
  const shown = filterTables(tables ?? [], filter)
  return (
    <nav className={classes.browser} aria-label="Tables and columns">
      <TextInput
        size="xs"
        className={classes.filter}
        leftSection={<Search size={14} aria-hidden="true" />}
        placeholder="Filter tables and columns"
        aria-label="Filter tables and columns"
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
      />
      <div className={classes.list}>
        {error !== null && error !== undefined && <ProblemAlert error={error} onRetry={onRetry} />}
        {tables === undefined && !error && <ListSkeleton rows={5} />}
        {tables?.length === 0 && (
          <Empty
            title="No tables yet"
            about={
              <>
                Bring a file: <Code>npx keyhold upload FILE bucket.table</Code>
              </>
            }
          />
        )}
        {tables !== undefined && tables.length > 0 && shown.length === 0 && (
          <p className={classes.none}>Nothing is named like “{filter}”.</p>
        )}
        {groupTables(shown).map(({ bucket, tables: inBucket }) => (
          <section key={bucket} aria-label={bucket}>
            <h2 className={classes.bucket}>{bucket}</h2>
            <ul className={classes.tables}>
              {inBucket.map((table) => (
                <TableItem
                  key={table.id}
                  table={table}
                  opened={opened.has(table.id) || filter.trim() !== ''}
                  onToggle={() => toggle(table.id)}
                  {...actions}
                />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </nav>
  )
}

type ItemProps = BrowserActions & { readonly table: Table; readonly opened: boolean; readonly onToggle: () => void }

function TableItem({ table, opened, onToggle, onInsert, onPreview, onAsk }: ItemProps) {
  return (
    <li>
      <div className={classes.tableRow}>
        <button type="button" className={classes.table} aria-expanded={opened} onClick={onToggle}>
          <ChevronRight size={14} className={classes.chevron} aria-hidden="true" />
          <span className={classes.name}>{table.name}</span>
          <span className={classes.rows}>{formatShort(table.rows)}</span>
        </button>
        <Menu position="bottom-end" width={210}>
          <Menu.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={24}
              className={classes.more}
              aria-label={`Do something with ${table.bucket}.${table.name}`}
            >
              <Ellipsis size={15} aria-hidden="true" />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => onPreview(table)}>Look at the first 100 rows</Menu.Item>
            <Menu.Item onClick={() => onAsk(table)}>Ask a question</Menu.Item>
            <Menu.Item onClick={() => onInsert(quoteTable(table.bucket, table.name))}>Insert the name</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      {opened && (
        <ul className={classes.columns}>
          {table.columns.map(({ name, type }) => (
            <li key={name}>
              <button
                type="button"
                className={classes.column}
                title={`Insert ${name}`}
                onClick={() => onInsert(quoteName(name))}
              >
                <ColumnIcon type={type} />
                <span className={classes.name}>{name}</span>
                <span className={classes.type} title={type}>
                  {type.toLowerCase()}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}
