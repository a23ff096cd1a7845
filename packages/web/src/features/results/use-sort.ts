import type { ResultTable } from '@keyhold/client'
import { useCallback, useRef, useState } from 'react'
import type { Direction } from './sort-order.ts'
import { orderRows } from './sorter.ts'

export type Sort = { readonly column: number; readonly direction: Direction }
export type SortState = {
  readonly sort: Sort | null
  readonly busy: boolean
  /** The row at a place of the grid. */
  readonly rowAt: (place: number) => number
  /** Up, then down, then as the result came. */
  readonly toggle: (column: number) => void
}

const asItCame = (place: number): number => place

/** The order in which a result is shown. */
export function useSort(result: ResultTable): SortState {
  const [state, setState] = useState<Omit<SortState, 'toggle'>>({ sort: null, busy: false, rowAt: asItCame })
  const wanted = useRef<Sort | null>(null)
  const toggle = useCallback(
    (column: number) => {
      const next = nextSort(wanted.current, column)
      wanted.current = next
      if (next === null) {
        setState({ sort: null, busy: false, rowAt: asItCame })
        return
      }
      setState((now) => ({ ...now, busy: true }))
      const show = (order: Uint32Array | null): void => {
        // Another column was chosen meanwhile.
        if (wanted.current !== next) return
        setState(
          order === null
            ? { sort: null, busy: false, rowAt: asItCame }
            : { sort: next, busy: false, rowAt: (place) => order[place] ?? place },
        )
      }
      orderRows(result, column, next.direction).then(show, () => show(null))
    },
    [result],
  )
  return { ...state, toggle }
}

function nextSort(now: Sort | null, column: number): Sort | null {
  if (now?.column !== column) return { column, direction: 'up' }
  return now.direction === 'up' ? { column, direction: 'down' } : null
}
