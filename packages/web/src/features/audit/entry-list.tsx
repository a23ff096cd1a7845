import { useVirtualizer } from '@tanstack/react-virtual'
import ScrollText from 'lucide-react/icons/scroll-text'
import { useRef, type KeyboardEvent } from 'react'
import { Empty } from '../../ui/empty.tsx'
import { ListSkeleton } from '../../ui/skeletons.tsx'
import type { Names } from './describe-entry.ts'
import classes from './entry-list.module.css'
import { EntryRow } from './entry-row.tsx'
import { useRows } from './use-rows.ts'

type Props = {
  /** Newest first; null until the first search is done. */
  readonly indices: Uint32Array | null
  readonly names: Names
  readonly opened: number | null
  /** Index of an altered entry. */
  readonly fault: number | null
  readonly onOpen: (index: number) => void
}

const rowHeight = 52

/** Any number of entries: only those in sight are drawn and fetched from the worker. */
export function EntryList({ indices, names, opened, fault, onOpen }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- nothing memoized is given what it returns
  const virtual = useVirtualizer({
    count: indices?.length ?? 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (place) => indices?.[place] ?? place,
  })
  const items = virtual.getVirtualItems()
  const rows = useRows(items.flatMap(({ index: place }) => indices?.[place] ?? []))

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const place = Number((event.target as HTMLElement).dataset['place'])
    if (step === 0 || Number.isNaN(place)) return
    event.preventDefault()
    const next = Math.min(Math.max(0, place + step), (indices?.length ?? 1) - 1)
    virtual.scrollToIndex(next)
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-place="${next}"]`)?.focus())
  }
  if (indices?.length === 0) {
    return (
      <div className={classes.frame}>
        <Empty
          icon={<ScrollText size={22} />}
          title="No entry matches"
          about="Use fewer words, take a filter away, or show routine reading too."
        />
      </div>
    )
  }
  return (
    <div className={classes.frame}>
      {indices === null && <ListSkeleton rows={8} />}
      <div ref={scroller} className={classes.scroller} hidden={indices === null}>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows move between its buttons */}
        <ol
          className={classes.list}
          aria-label="Entries, newest first"
          style={{ height: virtual.getTotalSize() }}
          onKeyDown={onKeyDown}
        >
          {items.map(({ key, index: place, start }) => {
            const index = indices?.[place] ?? 0
            return (
              <li
                key={key}
                className={classes.item}
                style={{ transform: `translateY(${start}px)` }}
                aria-setsize={indices?.length ?? 0}
                aria-posinset={place + 1}
              >
                <EntryRow
                  index={index}
                  place={place}
                  listed={rows.get(index)}
                  names={names}
                  opened={index === opened}
                  altered={index === fault}
                  onOpen={onOpen}
                />
              </li>
            )
          })}
        </ol>
      </div>
    </div>
  )
}
