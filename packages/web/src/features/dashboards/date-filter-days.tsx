import { Button, TextInput } from '@mantine/core'
import { useNow } from '../../ui/use-now.ts'
import classes from './filter-bar.module.css'
import { listRanges, type Days } from './filter-state.ts'

type Props = { readonly days: Days; readonly onChange: (days: Days) => void }

/** First and last day of a date filter, and the spans that are mostly meant. */
export function DateFilterDays({ days, onChange }: Props) {
  const today = new Date(useNow()).toISOString().slice(0, 10)
  const orNull = (text: string): string | null => (text === '' ? null : text)
  return (
    <>
      <div className={classes.days}>
        <TextInput
          type="date"
          label="First day"
          value={days.first ?? ''}
          onChange={(event) => onChange({ ...days, first: orNull(event.currentTarget.value) })}
        />
        <TextInput
          type="date"
          label="Last day"
          value={days.last ?? ''}
          onChange={(event) => onChange({ ...days, last: orNull(event.currentTarget.value) })}
        />
      </div>
      <div className={classes.ranges}>
        {listRanges(today).map((range) => (
          <Button key={range.label} size="compact-sm" variant="default" onClick={() => onChange(range.days)}>
            {range.label}
          </Button>
        ))}
      </div>
    </>
  )
}
