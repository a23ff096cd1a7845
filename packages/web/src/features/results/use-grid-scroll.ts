import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react'
import { flushSync } from 'react-dom'
import { clampTop, headerHeight, measureRows, scrollOfTop, topOfScroll, type RowGeometry } from './grid-geometry.ts'

/** `top` and `left` are where the rows and columns are; `scroll` is the element's own position. */
type View = {
  readonly top: number
  readonly left: number
  readonly scroll: number
  readonly width: number
  readonly height: number
}

export type GridScroll = {
  readonly element: RefObject<HTMLDivElement | null>
  readonly view: View
  readonly geometry: RowGeometry
  readonly scrollTo: (place: { readonly top?: number; readonly left?: number }) => void
}

const nowhere: View = { top: 0, left: 0, scroll: 0, width: 0, height: 0 }

/** Where a grid is scrolled to, also when its rows are taller than an element can be. */
export function useGridScroll(rows: number): GridScroll {
  const element = useRef<HTMLDivElement>(null)
  const [view, setView] = useState(nowhere)
  const geometry = useMemo(() => measureRows(rows, view.height), [rows, view.height])
  const exact = useRef(0)

  const scrollTo = useCallback(
    ({ top, left }: { readonly top?: number; readonly left?: number }) => {
      const scroller = element.current
      if (scroller === null) return
      if (top !== undefined) exact.current = clampTop(geometry, top)
      scroller.scrollTo({
        behavior: 'instant',
        top: scrollOfTop(geometry, exact.current),
        ...(left === undefined ? {} : { left }),
      })
      setView((now) => ({
        ...now,
        top: exact.current,
        scroll: scroller.scrollTop,
        left: scroller.scrollLeft,
      }))
    },
    [geometry],
  )
  useSize(element, setView)
  useScrolling(element, geometry, exact, setView)
  return { element, view, geometry, scrollTo }
}

type SetView = (change: (now: View) => View) => void

function useSize(element: RefObject<HTMLDivElement | null>, setView: SetView): void {
  useLayoutEffect(() => {
    const scroller = element.current
    if (scroller === null) return
    const measure = (): void => {
      const height = Math.max(0, scroller.clientHeight - headerHeight)
      setView((now) => ({ ...now, width: scroller.clientWidth, height }))
    }
    measure()
    const watcher = new ResizeObserver(measure)
    watcher.observe(scroller)
    return () => watcher.disconnect()
  }, [element, setView])
}

function useScrolling(
  element: RefObject<HTMLDivElement | null>,
  geometry: RowGeometry,
  exact: RefObject<number>,
  setView: SetView,
): void {
  useEffect(() => {
    const scroller = element.current
    if (scroller === null) return
    const listening = new AbortController()
    const onScroll = (): void => {
      const { scrollTop, scrollLeft } = scroller
      // A scroll of our own is known more exactly than the scrollbar can say.
      const ours = Math.abs(scrollTop - scrollOfTop(geometry, exact.current)) < 1
      if (!ours) exact.current = topOfScroll(geometry, scrollTop)
      // In the same frame: rows that come a frame late are seen as blanks.
      flushSync(() => setView((now) => ({ ...now, top: exact.current, left: scrollLeft, scroll: scrollTop })))
    }
    scroller.addEventListener('scroll', onScroll, { signal: listening.signal, passive: true })
    if (geometry.scale > 1) {
      // A turn of the wheel moves so many pixels of rows, not of the scrollbar.
      const onWheel = (event: WheelEvent): void => {
        if (event.ctrlKey || event.deltaY === 0 || event.shiftKey) return
        event.preventDefault()
        const step = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 28
        exact.current = clampTop(geometry, exact.current + event.deltaY * step)
        scroller.scrollTo({
          top: scrollOfTop(geometry, exact.current),
          left: scroller.scrollLeft + event.deltaX * step,
        })
        flushSync(() => setView((now) => ({ ...now, top: exact.current, scroll: scroller.scrollTop })))
      }
      scroller.addEventListener('wheel', onWheel, { signal: listening.signal, passive: false })
    }
    return () => listening.abort()
  }, [element, geometry, exact, setView])
}
