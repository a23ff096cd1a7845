import { NumberInput, Select } from '@mantine/core'
import { buildSql } from './build-sql.ts'
import classes from './question-builder.module.css'
import { AddButton, Piece, replaceAt, Step, type StepProps } from './question-step.tsx'

/** In which order, and how many. */
export function SortStep({ question, columns, change }: StepProps) {
  const { outputs } = buildSql(question, columns)
  const names = outputs.length === 0 ? columns.map(({ name }) => name) : outputs
  const { sort, limit } = question
  const add = (): void => {
    // What was measured last is what people want the largest of.
    const by = question.measures.length > 0 ? names.length - 1 : 0
    change({ sort: [...sort, { by, direction: question.measures.length > 0 ? 'down' : 'up' }] })
  }
  return (
    <Step name="Order">
      {sort.map(({ by, direction }, place) => (
        <Piece key={place} label={`order ${place + 1}`} onRemove={() => change({ sort: replaceAt(sort, place, null) })}>
          <Select
            size="xs"
            className={classes.column ?? ''}
            aria-label="Order by"
            data={names.map((name, index) => ({ value: String(index), label: name }))}
            value={String(by)}
            allowDeselect={false}
            onChange={(chosen) => change({ sort: replaceAt(sort, place, { by: Number(chosen), direction }) })}
          />
          <Select
            size="xs"
            className={classes.operator ?? ''}
            aria-label="Direction"
            data={[
              { value: 'down', label: 'largest first' },
              { value: 'up', label: 'smallest first' },
            ]}
            value={direction}
            allowDeselect={false}
            onChange={(chosen) =>
              change({ sort: replaceAt(sort, place, { by, direction: chosen === 'up' ? 'up' : 'down' }) })
            }
          />
        </Piece>
      ))}
      {sort.length < 3 && names.length > 0 && <AddButton label="Order by" onClick={add} />}
      <NumberInput
        size="xs"
        className={classes.limit ?? ''}
        aria-label="Most rows"
        leftSection={<span className={classes.unit}>at most</span>}
        leftSectionWidth={58}
        suffix=" rows"
        min={1}
        max={1_000_000}
        thousandSeparator=","
        allowDecimal={false}
        value={limit ?? ''}
        placeholder="all rows"
        onChange={(value) =>
          change({ limit: typeof value === 'number' ? Math.min(1_000_000, Math.max(1, value)) : null })
        }
      />
    </Step>
  )
}
