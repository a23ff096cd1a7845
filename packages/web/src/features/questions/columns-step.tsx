import { MultiSelect } from '@mantine/core'
import classes from './question-builder.module.css'
import { Step, type StepProps } from './question-step.tsx'

/** Which columns are listed, when nothing is computed. */
export function ColumnsStep({ question, columns, change }: StepProps) {
  return (
    <Step name="Show">
      <MultiSelect
        size="xs"
        className={classes.wide ?? ''}
        aria-label="Columns"
        placeholder={question.columns.length === 0 ? 'All columns' : ''}
        searchable
        clearable
        data={columns.map(({ name }) => name)}
        value={question.columns}
        onChange={(chosen) => change({ columns: chosen, sort: [] })}
      />
    </Step>
  )
}
