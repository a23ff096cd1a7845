import { formatOf, readText, type ResultTable } from '@keyhold/client'
import { useMemo } from 'react'
import { formatCount } from '../../ui/format.ts'
import classes from './tile-table.module.css'

const most = 200

/** The first rows of a result, every digit as the engine has it. */
export function TileTable({ table, title }: { readonly table: ResultTable; readonly title: string }) {
  const numeric = useMemo(() => table.columns.map((column) => formatOf(column).numeric), [table])
  if (table.rows === 0) return <p className={classes.empty}>No rows. Another choice in the filters may have some.</p>
  const rows = Array.from({ length: Math.min(most, table.rows) }, (_, row) => row)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without focus the keyboard cannot scroll it
    <section className={classes.scroll} tabIndex={0} aria-label={`${title}, rows`}>
      <table className={classes.table}>
        <thead>
          <tr>
            {table.columns.map(({ name }, column) => (
              <th key={name} scope="col" data-numeric={numeric[column]}>
                {name.replaceAll('_', ' ')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              {table.columns.map(({ name }, column) => (
                <td key={name} data-numeric={numeric[column]}>
                  {readText(table, column, row) ?? <span className={classes.none}>NULL</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {table.rows > most && (
        <p className={classes.note}>
          The first {most} of {formatCount(table.rows)} rows.
        </p>
      )}
    </section>
  )
}
