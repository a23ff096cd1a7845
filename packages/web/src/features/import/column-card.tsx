import { Select, Text } from '@mantine/core'
import type { ColumnProfile } from '@keyhold/contract'
import { formatCount } from '../../ui/format.ts'
import classes from './column-card.module.css'
import { describeColumn, drawBars, listTypes } from './column-facts.ts'

type Props = {
  readonly column: ColumnProfile
  readonly rows: number
  readonly type: string
  /** Present where the type can be corrected. */
  readonly onType?: (type: string) => void
}

/** What is in one column. */
export function ColumnCard({ column, rows, type, onType }: Props) {
  const facts = describeColumn(column, rows)
  return (
    <section className={classes.card} aria-label={column.name}>
      <header className={classes.head}>
        <Text fw={600} truncate title={column.name}>
          {column.name}
        </Text>
        {onType === undefined ? (
          <code className={classes.type}>{column.type}</code>
        ) : (
          <Select
            size="xs"
            w={128}
            aria-label={`Type of ${column.name}`}
            data={listTypes(column.type)}
            value={type}
            allowDeselect={false}
            data-changed={type !== column.type}
            onChange={(value) => onType(value ?? column.type)}
          />
        )}
      </header>
      <Picture column={column} rows={rows} />
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <dt>{name}</dt>
            <dd title={value}>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

const width = 240
const height = 56

function Picture({ column, rows }: { readonly column: ColumnProfile; readonly rows: number }) {
  if (column.histogram.length > 1 && column.class !== 'text') {
    const [first, last] = [column.histogram[0], column.histogram.at(-1)]
    const label = `${column.histogram.length} bins from ${first?.from ?? ''} to ${last?.to ?? ''}`
    return (
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        className={classes.histogram}
        role="img"
        aria-label={label}
      >
        {drawBars(column.histogram, width, height).map((bar) => (
          <rect key={bar.x} {...bar} className={classes.bar} />
        ))}
      </svg>
    )
  }
  if (column.top.length === 0) return <div className={classes.nothing}>No picture of such values</div>
  return (
    <ol className={classes.top} aria-label={`Most frequent values of ${column.name}`}>
      {column.top.slice(0, 4).map(({ value, count }) => (
        <li key={value} className={classes.value}>
          <span
            className={classes.share}
            style={{ width: `${(100 * count) / Math.max(1, rows)}%` }}
            aria-hidden="true"
          />
          <span className={classes.word} title={value}>
            {value === '' ? '(empty)' : value}
          </span>
          <span className="kh-figures">{formatCount(count)}</span>
        </li>
      ))}
    </ol>
  )
}
