import { Skeleton, VisuallyHidden } from '@mantine/core'
import type { LedgerEntry } from '@keyhold/ledger'
import { formatCount } from '../../ui/format.ts'
import { describeEntry, type Names } from './describe-entry.ts'
import classes from './entry-row.module.css'
import { formatClock } from './format-clock.ts'
import type { ListedEntry } from './log-book.ts'

type Props = {
  readonly index: number
  /** Place in the list that is shown. */
  readonly place: number
  readonly listed: ListedEntry | undefined
  readonly names: Names
  readonly opened: boolean
  readonly altered: boolean
  readonly onOpen: (index: number) => void
}

/** One entry on one line. */
export function EntryRow({ index, place, listed, names, opened, altered, onOpen }: Props) {
  return (
    <button
      type="button"
      className={classes.row}
      data-place={place}
      data-opened={opened}
      data-altered={altered}
      onClick={() => onOpen(index)}
    >
      {listed === undefined ? <Waiting index={index} /> : <Line listed={listed} names={names} altered={altered} />}
    </button>
  )
}

function Waiting({ index }: { readonly index: number }) {
  return (
    <>
      <VisuallyHidden>Entry {index}</VisuallyHidden>
      <Skeleton height={12} width="60%" />
    </>
  )
}

function Line({ listed, names, altered }: { listed: ListedEntry; names: Names; altered: boolean }) {
  const entry = JSON.parse(listed.entry) as LedgerEntry
  const { actor, parts, source } = describeEntry(entry, listed.disclosures, names)
  return (
    <>
      <span className={classes.dot} data-outcome={altered ? 'altered' : entry.outcome} aria-hidden="true" />
      <span className={classes.sentence}>
        <strong>{actor}</strong>{' '}
        {parts.map(({ text, name }, place) => (name ? <strong key={place}>{text}</strong> : text))}
        {source !== null && <span className={classes.source}> from {source}</span>}
      </span>
      {altered ? (
        <span className={classes.outcome}>altered</span>
      ) : (
        entry.outcome !== 'success' && <span className={classes.outcome}>{entry.code ?? entry.outcome}</span>
      )}
      <time className={classes.time} dateTime={entry.time} title={entry.time}>
        {formatClock(entry.time)}
      </time>
      <span className={classes.index}>{formatCount(listed.index)}</span>
    </>
  )
}
