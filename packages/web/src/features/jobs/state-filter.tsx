import type { Job } from '../../api/catalogue.ts'
import { FilterChips } from '../../ui/filter-chips.tsx'
import classes from './job-list.module.css'

type Props = {
  readonly jobs: readonly Job[]
  readonly state: string | null
  readonly onChoose: (state: string | null) => void
}

const choices = [
  { value: 'open', name: 'Under way', has: ['queued', 'running'] },
  { value: 'done', name: 'Done', has: ['done'] },
  { value: 'failed', name: 'Failed', has: ['failed'] },
  { value: 'cancelled', name: 'Cancelled', has: ['cancelled'] },
] as const

/** Whether a job is in the chosen state. */
export function isInState(job: Job, state: string | null): boolean {
  const choice = choices.find(({ value }) => value === state)
  return choice === undefined || choice.has.some((has) => has === job.state)
}

/** Narrows jobs to a state, with how many there are in each. */
export function StateFilter({ jobs, state, onChoose }: Props) {
  const chips = choices.map(({ value, name }) => ({
    value,
    name,
    count: jobs.filter((job) => isInState(job, value)).length,
  }))
  return (
    <div className={classes.filters}>
      <FilterChips label="State" chips={chips} chosen={state} onChoose={onChoose} />
    </div>
  )
}
