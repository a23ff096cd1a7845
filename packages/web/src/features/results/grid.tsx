import { VisuallyHidden } from '@mantine/core'
import type { ResultTable } from '@keyhold/client'
import { useCallback, useId, useMemo, useState } from 'react'
import { formatQuantity } from '../../ui/format.ts'
import { cellReader } from './cell-text.ts'
import { CellViewer } from './cell-viewer.tsx'
import { kindOfType } from './column-kind.ts'
import { fitWidth, guessWidths } from './column-widths.ts'
import { countSlots, findColumns, findRows, measureColumns } from './grid-geometry.ts'
import { GridHeader } from './grid-header.tsx'
import { GridRows, type RowShape } from './grid-rows.tsx'
import { rectangleOf, selectAll } from './grid-selection.ts'
import classes from './result-grid.module.css'
import { useGridInput } from './use-grid-input.ts'
import { useGridScroll } from './use-grid-scroll.ts'
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
  const id = useId()
  const scroll = useGridScroll(result.rows)
  const { element, view, geometry } = scroll
  const sorting = useSort(result)
  const guessed = useMemo(() => guessWidths(result), [result])
  const edges = useMemo(
    () => measureColumns(result.columns.map(({ name }, column) => pulled[name] ?? guessed[column] ?? 100)),
    [result, guessed, pulled],
  )
  const { first, end } = findColumns(edges, view.left, view.width)
  const read = useMemo(() => cellReader(result), [result])
  const numeric = useMemo(() => result.columns.map(({ type }) => kindOfType(type) === 'number'), [result])
  const shape = useMemo<RowShape>(
    () => ({ id, edges, first, end, read, numeric }),
    [id, edges, first, end, read, numeric],
  )
  const [viewing, setViewing] = useState(false)
  const pull = useCallback(
    (column: number, width: number) => onPull(result.columns[column]?.name ?? '', width),
    [result, onPull],
  )
  const input = useGridInput({ result, edges, scroll, sorting, onView: setViewing, onPull: pull })
  const { selection } = input
  const fit = (column: number): void => {
    const place = element.current
    const texts = sampleTexts(result, column, read, findRows(geometry, view.top).first, sorting.rowAt)
    if (place !== null) pull(column, fitWidth(texts, `13px ${getComputedStyle(place).fontFamily}`))
  }
  const rows = findRows(geometry, view.top)
  const rectangle = rectangleOf(selection)
  const inHeader = selection.focus.row === -1
  const focusId = inHeader
    ? `${id}-h-${selection.focus.column}`
    : `${id}-${selection.focus.row}-${selection.focus.column}`
  const drawn = inHeader || (selection.focus.row >= rows.first && selection.focus.row < rows.end)
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
          aria-activedescendant={drawn && result.columns.length > 0 ? focusId : undefined}
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
              focus={inHeader ? selection.focus.column : -1}
              onSort={sorting.toggle}
              onWidth={pull}
              onFit={fit}
              onAll={() => input.select(selectAll(input.extent))}
            />
            <GridRows
              shape={shape}
              first={rows.first}
              end={rows.end}
              slots={countSlots(geometry)}
              rowAt={sorting.rowAt}
              selection={selection}
              origin={view.scroll - view.top}
            />
          </div>
        </div>
        {viewing && result.rows > 0 && (
          <CellViewer
            result={result}
            column={selection.focus.column}
            row={sorting.rowAt(Math.max(0, selection.focus.row))}
            onClose={() => setViewing(false)}
          />
        )}
      </div>
      <footer className={classes.footer}>
        <span>{formatQuantity(result.rows, 'row')}</span>
        <span>{describeSelection(rectangle)}</span>
        <span className={classes.told}>{sorting.busy ? 'Sorting …' : input.told}</span>
      </footer>
      <VisuallyHidden role="status">{sorting.busy ? 'Sorting' : input.told}</VisuallyHidden>
    </div>
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
