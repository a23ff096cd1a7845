import type { ResultTable } from '@keyhold/client'
import { useId, useMemo } from 'react'
import { cellReader } from './cell-text.ts'
import { kindOfType } from './column-kind.ts'
import { guessWidths } from './column-widths.ts'
import { findColumns, measureColumns } from './grid-geometry.ts'
import type { RowShape } from './grid-rows.tsx'

/** What all rows of a result share, for the columns that are in sight. */
export function useGridShape(
  result: ResultTable,
  view: { readonly left: number; readonly width: number },
  pulled: Readonly<Record<string, number>>,
): RowShape {
  const id = useId()
  const guessed = useMemo(() => guessWidths(result), [result])
  const edges = useMemo(
    () => measureColumns(result.columns.map(({ name }, column) => pulled[name] ?? guessed[column] ?? 100)),
    [result, guessed, pulled],
  )
  const read = useMemo(() => cellReader(result), [result])
  const numeric = useMemo(() => result.columns.map(({ type }) => kindOfType(type) === 'number'), [result])
  const { first, end } = findColumns(edges, view.left, view.width)
  return useMemo(() => ({ id, edges, first, end, read, numeric }), [id, edges, first, end, read, numeric])
}
