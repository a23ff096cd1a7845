import { Button, Popover, TextInput } from '@mantine/core'
import CalendarDays from 'lucide-react/icons/calendar-days'
import { useNow } from '../../ui/use-now.ts'
import classes from './filter-bar.module.css'
import { describeDays, listRanges, type Days } from './filter-state.ts'

type Props = { readonly label: string; readonly days: Days; readonly onChange: (days: Days) => void }

export function DateFilterButton({ label, days, onChange }: Props) {
  const today = new Date(useNow()).toISOString().slice(0, 10)
  const orNull = (text: string): string | null => (text === '' ? null : text)
  return (
    <Popover position="bottom-start" width={320} trapFocus withinPortal shadow="md">
      <Popover.Target>
        <Button variant="default" leftSection={<CalendarDays size={15} aria-hidden="true" />}>
          <span>
            <span className={classes.label}>{label} </span>
            <span className={classes.value}>{describeDays(days)}</span>
          </span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown ?? ''} aria-label={label}>
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
      </Popover.Dropdown>
    </Popover>
  )
}
