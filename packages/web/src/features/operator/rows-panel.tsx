import { Button } from '@mantine/core'
import { useState } from 'react'
import { formatQuantity } from '../../ui/format.ts'
import { describeDatabaseTable, isIdentifier, readField, type HeldField } from './held-field.ts'
import { HeldFieldView } from './held-field-view.tsx'
import classes from './rows-panel.module.css'

type Row = Readonly<Record<string, unknown>>
type Props = { readonly table: string; readonly rows: readonly Row[]; readonly cut: boolean }

const shownFirst = 3

/** Rows of one table of the control database. */
export function RowsPanel({ table, rows, cut }: Props) {
  const [all, setAll] = useState(false)
  const shown = all ? rows : rows.slice(0, shownFirst)
  return (
    <section className={classes.panel} aria-label={`Database table ${table}`}>
      <header className={classes.header}>
        <h2 className={classes.name}>{table}</h2>
        <span className={classes.about}>{describeDatabaseTable(table)}</span>
        <span className={classes.count}>
          {rows.length === 0 ? 'no rows' : `${formatQuantity(rows.length, 'row')}${cut ? ', the newest' : ''}`}
        </span>
      </header>
      {shown.map((row, index) => (
        <RowView key={index} table={table} row={row} />
      ))}
      {rows.length > shownFirst && (
        <div className={classes.more}>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setAll(!all)}>
            {all ? 'Show fewer' : `Show all ${rows.length}`}
          </Button>
        </div>
      )}
    </section>
  )
}

function RowView({ table, row }: { readonly table: string; readonly row: Row }) {
  const fields = Object.entries(row).map(([column, value]) => readField(table, column, value))
  const wide = fields.filter(isWide)
  // What people read comes before ids.
  const narrow = fields.filter((field) => !isWide(field)).toSorted((a, b) => rank(a) - rank(b))
  return (
    <div className={classes.row}>
      <dl className={classes.fields}>
        {narrow.map((field) => (
          <HeldFieldView key={field.column} field={field} />
        ))}
      </dl>
      {wide.length > 0 && (
        <dl className={classes.wide}>
          {wide.map((field) => (
            <HeldFieldView key={field.column} field={field} />
          ))}
        </dl>
      )}
    </div>
  )
}

function isWide(field: HeldField): boolean {
  if (field.kind === 'clear') return field.text.length > 90
  return field.kind === 'signed' || field.length > 40
}

function rank(field: HeldField): number {
  if (field.kind !== 'clear') return 1
  if (isIdentifier(field.text)) return 3
  return field.text === '–' ? 2 : 0
}
