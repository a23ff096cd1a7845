import { Button, Popover, Skeleton } from '@mantine/core'
import CalendarDays from 'lucide-react/icons/calendar-days'
import { lazy, Suspense } from 'react'
import classes from './filter-bar.module.css'
import { describeDays, type Days } from './filter-state.ts'

const DateFilterDays = lazy(async () => ({ default: (await import('./date-filter-days.tsx')).DateFilterDays }))

type Props = { readonly label: string; readonly days: Days; readonly onChange: (days: Days) => void }

export function DateFilterButton({ label, days, onChange }: Props) {
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
        <Suspense fallback={<Skeleton height={120} />}>
          <DateFilterDays days={days} onChange={onChange} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  )
}
