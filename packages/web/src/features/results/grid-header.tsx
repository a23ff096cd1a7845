import type { ResultColumn } from '@keyhold/contract'
import ArrowDown from 'lucide-react/icons/arrow-down'
import ArrowUp from 'lucide-react/icons/arrow-up'
import ArrowUpDown from 'lucide-react/icons/arrow-up-down'
import type { PointerEvent } from 'react'
import { narrowest } from './column-widths.ts'
import { cellStyle, type RowShape } from './grid-rows.tsx'
import classes from './result-grid.module.css'
import type { Sort } from './use-sort.ts'

type Props = {
  readonly shape: RowShape
  readonly columns: readonly ResultColumn[]
  readonly sort: Sort | null
  /** Column of the header that has the focus; -1 for none. */
  readonly focus: number
  readonly onSort: (column: number) => void
  readonly onWidth: (column: number, width: number) => void
  readonly onFit: (column: number) => void
  readonly onAll: () => void
}

/** Names and types of the columns; stays in sight. */
export function GridHeader({ shape, columns, sort, focus, onSort, onWidth, onFit, onAll }: Props) {
  const shown = Array.from({ length: shape.end - shape.first }, (_, index) => shape.first + index)
  return (
    <div role="row" aria-rowindex={1} className={classes.header}>
      <div role="columnheader" aria-colindex={1} className={classes.corner}>
        <button type="button" tabIndex={-1} className={classes.all} aria-label="Select all" onClick={onAll} />
      </div>
      {shown.map((column) => {
        const { name, type } = columns[column] ?? { name: '', type: '' }
        const direction = sort?.column === column ? sort.direction : null
        return (
          <div
            key={column}
            id={`${shape.id}-h-${column}`}
            role="columnheader"
            aria-colindex={column + 2}
            aria-sort={direction === null ? 'none' : direction === 'up' ? 'ascending' : 'descending'}
            className={classes.columnHeader}
            data-numeric={shape.numeric[column] || undefined}
            data-focus={column === focus || undefined}
            data-header={column}
            style={cellStyle(shape.edges, column)}
          >
            <span className={classes.name} title={name}>
              {name}
            </span>
            <span className={classes.type} title={type}>
              {type.toLowerCase()}
            </span>
            <button
              type="button"
              tabIndex={-1}
              className={classes.sort}
              data-sorted={direction !== null || undefined}
              aria-label={`Sort by ${name}`}
              onClick={() => onSort(column)}
            >
              <SortIcon direction={direction} />
            </button>
            <Handle
              width={(shape.edges[column + 1] ?? 0) - (shape.edges[column] ?? 0)}
              onWidth={(width) => onWidth(column, width)}
              onFit={() => onFit(column)}
            />
          </div>
        )
      })}
    </div>
  )
}

function SortIcon({ direction }: { readonly direction: 'up' | 'down' | null }) {
  if (direction === null) return <ArrowUpDown size={13} aria-hidden="true" />
  return direction === 'up' ? <ArrowUp size={13} aria-hidden="true" /> : <ArrowDown size={13} aria-hidden="true" />
}

type HandleProps = { readonly width: number; readonly onWidth: (width: number) => void; readonly onFit: () => void }

/** The edge that is pulled; twice pressed, it fits. The keyboard has Alt and arrows. */
function Handle({ width, onWidth, onFit }: HandleProps) {
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    event.stopPropagation()
    event.preventDefault()
    const handle: HTMLElement = event.currentTarget
    const from = event.clientX
    const pulling = new AbortController()
    const { signal } = pulling
    handle.setPointerCapture(event.pointerId)
    handle.addEventListener('pointermove', ({ clientX }) => onWidth(Math.max(narrowest, width + clientX - from)), {
      signal,
    })
    handle.addEventListener('pointerup', () => pulling.abort(), { signal })
    handle.addEventListener('pointercancel', () => pulling.abort(), { signal })
  }
  return <span className={classes.handle} aria-hidden="true" onPointerDown={onPointerDown} onDoubleClick={onFit} />
}
