import type { ResultTable } from '@keyhold/client'
import { useState, type KeyboardEvent, type PointerEvent } from 'react'
import { formatQuantity } from '../../ui/format.ts'
import { narrowest } from './column-widths.ts'
import { mostCopied, writeTsv } from './copy-cells.ts'
import { columnAt, headerHeight, reveal, rowHeight } from './grid-geometry.ts'
import {
  extendTo,
  moveSelection,
  rectangleOf,
  selectCell,
  selectColumn,
  selectRow,
  start,
  type Extent,
  type Key,
  type Selection,
} from './grid-selection.ts'
import type { GridScroll } from './use-grid-scroll.ts'
import type { SortState } from './use-sort.ts'

type Surroundings = {
  readonly result: ResultTable
  readonly edges: Float64Array
  readonly scroll: GridScroll
  readonly sorting: SortState
  readonly onView: (open: boolean | ((now: boolean) => boolean)) => void
  readonly onPull: (column: number, width: number) => void
}

/** What mouse and keyboard do in a grid: select, scroll along, copy, sort, open the value. */
export function useGridInput({ result, edges, scroll, sorting, onView, onPull }: Surroundings) {
  const [selection, setSelection] = useState<Selection>(start)
  const [told, setTold] = useState('')
  const { view } = scroll
  const extent: Extent = {
    rows: result.rows,
    columns: result.columns.length,
    page: Math.max(1, Math.floor(view.height / rowHeight) - 1),
  }

  const select = (next: Selection): void => {
    setSelection(next)
    setTold('')
    const { row, column } = next.focus
    const seen = Math.max(0, view.width - numbersOf(scroll))
    scroll.scrollTo({
      left: reveal(view.left, seen, edges[column] ?? 0, edges[column + 1] ?? 0),
      ...(row < 0 ? {} : { top: reveal(view.top, view.height, row * rowHeight, (row + 1) * rowHeight) }),
    })
  }
  const onKey = (key: Pressed): boolean => {
    const { row, column } = selection.focus
    if (key.control && key.key.toLowerCase() === 'c') {
      void copyCells(result, selection, sorting.rowAt, key.shift).then(setTold)
      return true
    }
    if (key.alt) return row === -1 && resize(key.key, column, edges, onPull)
    if (key.key === 'Enter' && !key.control) {
      if (row === -1) sorting.toggle(column)
      else onView((now) => !now)
      return true
    }
    if (key.key === 'Escape') {
      onView(false)
      setSelection(selectCell(selection.focus))
      return true
    }
    const next = moveSelection(selection, key, extent)
    if (next !== null) select(next)
    return next !== null
  }
  const handlers = {
    onKeyDown: (event: KeyboardEvent): void => {
      if (extent.columns > 0 && onKey(describeKey(event))) event.preventDefault()
    },
    ...pointerHandlers({ selection, select, extent, edges, scroll }),
    onDoubleClick: (event: { readonly target: EventTarget }) => {
      if (event.target instanceof Element && event.target.closest('[role=gridcell]') !== null) onView(true)
    },
  }
  return { selection, select, extent, told, handlers }
}

type Pressed = Key & { readonly alt: boolean }

function describeKey({ key, shiftKey, altKey, ctrlKey, metaKey }: KeyboardEvent): Pressed {
  return { key, shift: shiftKey, alt: altKey, control: ctrlKey || metaKey }
}

/** Copies what is selected; gives what there is to tell. */
async function copyCells(
  result: ResultTable,
  selection: Selection,
  rowAt: (place: number) => number,
  withNames: boolean,
): Promise<string> {
  const rectangle = rectangleOf(selection)
  const rows = rectangle.bottom - rectangle.top + 1
  const columns = rectangle.right - rectangle.left + 1
  if (rows * columns > mostCopied) return 'Too much for the clipboard: download the CSV instead.'
  try {
    await navigator.clipboard.writeText(writeTsv(result, rectangle, rowAt, withNames))
  } catch {
    return 'The browser did not allow the clipboard.'
  }
  return `Copied ${formatQuantity(rows, 'row')} × ${formatQuantity(columns, 'column')}`
}

function resize(key: string, column: number, edges: Float64Array, onPull: Surroundings['onPull']): boolean {
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return false
  const width = (edges[column + 1] ?? 0) - (edges[column] ?? 0)
  onPull(column, Math.max(narrowest, width + (key === 'ArrowRight' ? 16 : -16)))
  return true
}

/** Width of the row numbers, which is in the style. */
function numbersOf({ element }: GridScroll): number {
  const style = element.current === null ? '' : getComputedStyle(element.current).getPropertyValue('--numbers')
  return Number.parseFloat(style) || 0
}

type Pointing = {
  readonly selection: Selection
  readonly select: (selection: Selection) => void
  readonly extent: Extent
  readonly edges: Float64Array
  readonly scroll: GridScroll
}

/** Press and drag; on a number the row, on a name the column. */
function pointerHandlers({ selection, select, extent, edges, scroll }: Pointing) {
  const locate = (event: PointerEvent): { row: number; column: number; inNumbers: boolean; inHeader: boolean } => {
    const box = event.currentTarget.getBoundingClientRect()
    const numbers = numbersOf(scroll)
    const y = event.clientY - box.top - headerHeight
    const x = event.clientX - box.left - numbers
    return {
      row: Math.max(0, Math.min(extent.rows - 1, Math.floor((y + scroll.view.top) / rowHeight))),
      column: columnAt(edges, x + scroll.view.left),
      inNumbers: x < 0,
      inHeader: y < 0,
    }
  }
  const onPointerDown = (event: PointerEvent): void => {
    const grid = event.currentTarget
    const target = event.target instanceof Element ? event.target : grid
    // The scrollbar, the buttons of the header, and places without a cell.
    if (event.button !== 0 || target === grid || target.closest('button') !== null) return
    const { row, column, inNumbers, inHeader } = locate(event)
    if (inHeader && inNumbers) return
    if (inHeader) select(event.shiftKey ? extendColumns(selection, column, extent) : selectColumn(column, extent))
    else if (extent.rows === 0) return
    else if (inNumbers) select(event.shiftKey ? extendRows(selection, row, extent) : selectRow(row, extent))
    else {
      select(event.shiftKey ? extendTo(selection, { row, column }) : selectCell({ row, column }))
      if (event.pointerType === 'mouse') grid.setPointerCapture(event.pointerId)
    }
  }
  const onPointerMove = (event: PointerEvent): void => {
    if (event.buttons !== 1 || !event.currentTarget.hasPointerCapture(event.pointerId)) return
    const { row, column } = locate(event)
    if (row !== selection.focus.row || column !== selection.focus.column) select(extendTo(selection, { row, column }))
  }
  return { onPointerDown, onPointerMove }
}

function extendColumns({ anchor }: Selection, column: number, { rows }: Extent): Selection {
  return { anchor: { row: rows - 1, column: anchor.column }, focus: { row: 0, column } }
}

function extendRows({ anchor }: Selection, row: number, { columns }: Extent): Selection {
  return { anchor: { row: Math.max(0, anchor.row), column: columns - 1 }, focus: { row, column: 0 } }
}
