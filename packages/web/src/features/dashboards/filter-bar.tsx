import type { DashboardBody } from '@keyhold/contract'
import { useFragment } from '../../ui/fragment-state.ts'
import { DateFilterButton } from './date-filter-button.tsx'
import classes from './filter-bar.module.css'
import { readChosen, readDays, writeChosen, writeDays } from './filter-state.ts'
import { ListFilterButton } from './list-filter-button.tsx'

type Props = { readonly project: string; readonly filters: DashboardBody['filters'] }

/** The dashboard's filters; what is chosen is in the address's fragment, so that it can be kept and sent. */
export function FilterBar({ project, filters }: Props) {
  const [fragment, change] = useFragment()
  if (filters.length === 0) return null
  return (
    <div className={classes.bar} role="group" aria-label="Filters">
      {filters.map((filter) =>
        filter.kind === 'date' ? (
          <DateFilterButton
            key={filter.from}
            label={filter.label}
            days={readDays(filter, fragment)}
            onChange={(days) => change(writeDays(filter, days))}
          />
        ) : (
          <ListFilterButton
            key={filter.parameter}
            project={project}
            filter={filter}
            chosen={readChosen(filter, fragment)}
            onChange={(chosen) => change(writeChosen(filter, chosen))}
          />
        ),
      )}
    </div>
  )
}
