import { Table, VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './data-list.module.css'
import { ProblemAlert } from './problem-alert.tsx'
import { ScrollRegion } from './scroll-region.tsx'
import { ListSkeleton } from './skeletons.tsx'

export type ListColumn<T> = {
  readonly key: string
  readonly title: string
  readonly cell: (item: T) => ReactNode
  /** Figures stand on the right. */
  readonly numeric?: boolean
  /** The title is for screen readers only: over buttons. */
  readonly quiet?: boolean
  /** Left out on narrow screens. */
  readonly secondary?: boolean
}

type Props<T> = {
  /** What the list is of, for screen readers. */
  readonly label: string
  readonly columns: readonly ListColumn<T>[]
  readonly items: readonly T[] | undefined
  readonly keyOf: (item: T) => string
  readonly error?: unknown
  readonly onRetry?: () => void
  /** Shown instead when there are no items. */
  readonly empty: ReactNode
}

/** A list of some dozens to hundreds of things, with its loading, failed and empty states. Results use the grid instead. */
export function DataList<T>({ label, columns, items, keyOf, error, onRetry, empty }: Props<T>) {
  if (items === undefined && error !== undefined && error !== null) {
    return (
      <div className={classes.problem}>
        <ProblemAlert error={error} {...(onRetry === undefined ? {} : { onRetry })} />
      </div>
    )
  }
  if (items === undefined) return <ListSkeleton />
  if (items.length === 0) return <>{empty}</>
  return (
    <ScrollRegion label={label}>
      <Table className={classes.table} aria-label={label} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.key} className={classNames(column)}>
                {column.quiet === true ? <VisuallyHidden>{column.title}</VisuallyHidden> : column.title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={keyOf(item)}>
              {columns.map((column) => (
                <Table.Td key={column.key} className={classNames(column)}>
                  {column.cell(item)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollRegion>
  )
}

function classNames(column: { numeric?: boolean; secondary?: boolean }): string {
  return [classes.cell, column.numeric === true && classes.numeric, column.secondary === true && classes.secondary]
    .filter(Boolean)
    .join(' ')
}
