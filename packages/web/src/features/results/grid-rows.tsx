import { memo, type CSSProperties } from 'react'
import { formatCount } from '../../ui/format.ts'
import { rowHeight } from './grid-geometry.ts'
import { rectangleOf, type Selection } from './grid-selection.ts'
import classes from './result-grid.module.css'

/** What all rows share; the same object as long as none of it changes. */
export type RowShape = {
  readonly id: string
  readonly edges: Float64Array
  readonly first: number
  readonly end: number
  readonly read: (column: number, row: number) => string | null
  readonly numeric: readonly boolean[]
}

type Props = {
  readonly shape: RowShape
  readonly range: { readonly first: number; readonly end: number }
  /** Elements to draw with: at least as many as rows in sight. They are used again, which costs a tenth of new ones. */
  readonly slots: number
  readonly rowAt: (place: number) => number
  readonly selection: Selection
  /** Where place 0 would lie in the scrolled element. */
  readonly origin: number
}

/** The rows in sight. */
export function GridRows({ shape, range: { first, end }, slots, rowAt, selection, origin }: Props) {
  const { top, bottom, left, right } = rectangleOf(selection)
  const places = Array.from({ length: end - first }, (_, index) => first + index)
  return places.map((place) => {
    const selected = place >= top && place <= bottom
    return (
      <div
        key={place % slots}
        role="row"
        aria-rowindex={place + 2}
        className={classes.row}
        style={{ transform: `translateY(${origin + place * rowHeight}px)` }}
      >
        <RowCells
          shape={shape}
          place={place}
          row={rowAt(place)}
          left={selected ? left : -1}
          right={selected ? right : -2}
          focus={selection.focus.row === place ? selection.focus.column : -1}
        />
      </div>
    )
  })
}

type CellsProps = {
  readonly shape: RowShape
  readonly place: number
  readonly row: number
  readonly left: number
  readonly right: number
  readonly focus: number
}

const RowCells = memo(({ shape, place, row, left, right, focus }: CellsProps) => {
  const columns = Array.from({ length: shape.end - shape.first }, (_, index) => shape.first + index)
  return (
    <>
      <div role="rowheader" className={classes.rowNumber} aria-colindex={1}>
        {formatCount(row + 1)}
      </div>
      {columns.map((column) => {
        const text = shape.read(column, row)
        return (
          <div
            key={column}
            id={`${shape.id}-${place}-${column}`}
            role="gridcell"
            aria-colindex={column + 2}
            aria-selected={column >= left && column <= right}
            className={classes.cell}
            data-numeric={shape.numeric[column] || undefined}
            data-focus={column === focus || undefined}
            data-null={text === null || undefined}
            style={cellStyle(shape.edges, column)}
          >
            {text ?? 'NULL'}
          </div>
        )
      })}
    </>
  )
})
RowCells.displayName = 'RowCells'

/** Cells lie at the right of the row numbers, whose width is in the style sheet. */
export function cellStyle(edges: Float64Array, column: number): CSSProperties {
  const left = edges[column] ?? 0
  return { insetInlineStart: `calc(var(--numbers) + ${left}px)`, width: (edges[column + 1] ?? left) - left }
}
