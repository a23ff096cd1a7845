import classes from './filter-chips.module.css'

type Chip<V extends string> = { readonly value: V; readonly name: string; readonly count?: number }
type Props<V extends string> = {
  /** What they choose among, for screen readers. */
  readonly label: string
  readonly chips: readonly Chip<V>[]
  /** Null: nothing is left out. */
  readonly chosen: string | null
  readonly onChoose: (value: V | null) => void
}

/** One of a few ways to narrow a list, or none; pressing the chosen one takes it away. */
export function FilterChips<V extends string>({ label, chips, chosen, onChoose }: Props<V>) {
  return (
    <div className={classes.chips} role="group" aria-label={label}>
      {chips.map(({ value, name, count }) => (
        <button
          key={value}
          type="button"
          className={classes.chip}
          aria-pressed={value === chosen}
          onClick={() => onChoose(value === chosen ? null : value)}
        >
          {name} {count !== undefined && <span className={classes.count}>{count}</span>}
        </button>
      ))}
    </div>
  )
}
