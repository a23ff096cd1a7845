import type { ResultTable } from '@keyhold/client'
import { useCallback, useState } from 'react'
import { formatQuantity } from '../../ui/format.ts'
import { CellViewer } from './cell-viewer.tsx'
import { fitWidth } from './column-widths.ts'
import { countSlots, findRows } from './grid-geometry.ts'
import { GridHeader } from './grid-header.tsx'
import { GridRows, type RowShape } from './grid-rows.tsx'
import { rectangleOf, selectAll, type Place, type Selection } from './grid-selection.ts'
import classes from './result-grid.module.css'
import { useGridInput } from './use-grid-input.ts'
import { useGridScroll } from './use-grid-scroll.ts'
import { useGridShape } from './use-grid-shape.ts'
import { useSort } from './use-sort.ts'

type Props = {
  readonly result: ResultTable
  readonly label: string
  readonly pulled: Readonly<Record<string, number>>
  readonly onPull: (name: string, width: number) => void
}

const fittedRows = 2_000

/** One result; see ResultGrid. */
export function Grid({ result, label, pulled, onPull }: Props) {
  const scroll = useGridScroll(result.rows)
  const { element, view, geometry } = scroll
  const sorting = useSort(result)
  const shape = useGridShape(result, view, pulled)
  const [viewing, setViewing] = useState(false)
  const pull = useCallback(
    (column: number, width: number) => onPull(result.columns[column]?.name ?? '', width),
    [result, onPull],
  )
  const { edges } = shape
  const input = useGridInput({ result, edges, scroll, sorting, onView: setViewing, onPull: pull })
  const { focus } = input.selection
  const rows = findRows(geometry, view.top)
  const fit = (column: number): void => {
    const texts = sampleTexts(result, column, shape.read, rows.first, sorting.rowAt)
    const font = element.current === null ? 'sans-serif' : getComputedStyle(element.current).fontFamily
    pull(column, fitWidth(texts, `13px ${font}`))
  }
  const told = sorting.busy ? 'Sorting …' : input.told
  return (
    <div className={classes.place} style={{ '--numbers': `${numbersWidth(result.rows)}px` } as object}>
      <div className={classes.middle}>
        <div
          ref={element}
          role="grid"
          tabIndex={0}
          aria-label={label}
          aria-rowcount={result.rows + 1}
          aria-colcount={result.columns.length + 1}
          aria-multiselectable="true"
          aria-readonly="true"
          aria-busy={sorting.busy}
          aria-activedescendant={result.columns.length === 0 ? undefined : focusId(shape.id, focus, rows)}
          className={classes.grid}
          {...input.handlers}
        >
          <div
            role="presentation"
            className={classes.spacer}
            style={{ height: geometry.spacer, width: `calc(var(--numbers) + ${edges.at(-1) ?? 0}px)` }}
          >
            <GridHeader
              shape={shape}
              columns={result.columns}
              sort={sorting.sort}
              focus={focus.row === -1 ? focus.column : -1}
              onSort={sorting.toggle}
              onWidth={pull}
              onFit={fit}
              onAll={() => input.select(selectAll(input.extent))}
            />
            <GridRows
              shape={shape}
              range={rows}
              slots={countSlots(geometry)}
              rowAt={sorting.rowAt}
              selection={input.selection}
              origin={view.scroll - view.top}
            />
          </div>
        </div>
        {viewing && result.rows > 0 && (
          <CellViewer
            result={result}
            column={focus.column}
            row={sorting.rowAt(Math.max(0, focus.row))}
            onClose={() => setViewing(false)}
          />
        )}
      </div>
      <GridFooter rows={result.rows} selection={input.selection} told={told} />
    </div>
  )
}

/** The element that has the focus, if it is drawn. */
function focusId(
  id: string,
  { row, column }: Place,
  { first, end }: { readonly first: number; readonly end: number },
): string | undefined {
  if (row === -1) return `${id}-h-${column}`
  return row >= first && row < end ? `${id}-${row}-${column}` : undefined
}

type FooterProps = { readonly rows: number; readonly selection: Selection; readonly told: string }

function GridFooter({ rows, selection, told }: FooterProps) {
  return (
    <footer className={classes.footer}>
      <span>{formatQuantity(rows, 'row')}</span>
      <span>{describeSelection(rectangleOf(selection))}</span>
      <span className={classes.told} role="status">
        {told}
      </span>
    </footer>
  )
}

/** Row numbers have room for the last one. */
function numbersWidth(rows: number): number {
  return Math.max(44, rows.toLocaleString('en-US').length * 7.5 + 18)
}

function describeSelection({ top, bottom, left, right }: ReturnType<typeof rectangleOf>): string {
  const rows = bottom - top + 1
  const columns = right - left + 1
  return rows * columns <= 1 ? '' : `${formatQuantity(rows, 'row')} × ${formatQuantity(columns, 'column')} selected`
}

function sampleTexts(
  result: ResultTable,
  column: number,
  read: RowShape['read'],
  first: number,
  rowAt: (place: number) => number,
): string[] {
  const count = Math.min(fittedRows, result.rows - first)
  const texts = Array.from({ length: count }, (_, index) => read(column, rowAt(first + index)) ?? 'NULL')
  return [`${result.columns[column]?.name ?? ''}      `, ...texts]
}
