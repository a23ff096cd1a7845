import { Select, TagsInput, TextInput } from '@mantine/core'
import type { Column, FilterOperator, QuestionFilter } from '@keyhold/contract'
import { kindOfType } from '../results/column-kind.ts'
import { countValues, listOperators } from './filter-sql.ts'
import classes from './question-builder.module.css'
import { AddButton, Piece, replaceAt, Step, type StepProps } from './question-step.tsx'
import { nameOperator } from './question-words.ts'

/** Which rows are asked about. */
export function FiltersStep({ question, columns, change }: StepProps) {
  const { filters } = question
  const put = (place: number, filter: QuestionFilter | null): void =>
    change({ filters: replaceAt(filters, place, filter) })
  const add = (): void => {
    const [first] = columns
    if (first !== undefined) change({ filters: [...filters, startFilter(first)] })
  }
  return (
    <Step name="Where">
      {filters.map((filter, place) => (
        <Piece key={place} label={`filter ${place + 1}`} onRemove={() => put(place, null)}>
          <FilterFields filter={filter} columns={columns} onChange={(next) => put(place, next)} />
        </Piece>
      ))}
      <AddButton label="Add a filter" onClick={add} />
    </Step>
  )
}

function startFilter({ name, type }: Column): QuestionFilter {
  const [operator = 'is'] = listOperators(type)
  return { column: name, operator, values: [] }
}

type FieldsProps = {
  readonly filter: QuestionFilter
  readonly columns: readonly Column[]
  readonly onChange: (filter: QuestionFilter) => void
}

function FilterFields({ filter, columns, onChange }: FieldsProps) {
  const type = columns.find(({ name }) => name === filter.column)?.type ?? 'VARCHAR'
  return (
    <>
      <Select
        size="xs"
        className={classes.column ?? ''}
        aria-label="Column"
        searchable
        data={columns.map(({ name }) => name)}
        value={filter.column}
        allowDeselect={false}
        onChange={(name) => {
          const column = columns.find((each) => each.name === name)
          if (column !== undefined) onChange(startFilter(column))
        }}
      />
      <Select
        size="xs"
        className={classes.operator ?? ''}
        aria-label="Condition"
        data={listOperators(type).map((operator) => ({ value: operator, label: nameOperator(operator, type) }))}
        value={filter.operator}
        allowDeselect={false}
        onChange={(operator) => onChange({ ...filter, operator: operator as FilterOperator })}
      />
      <FilterValues filter={filter} type={type} onChange={onChange} />
    </>
  )
}

function FilterValues({ filter, type, onChange }: Omit<FieldsProps, 'columns'> & { readonly type: string }) {
  const needed = countValues(filter.operator)
  if (needed === 0) return null
  if (needed === null) {
    return (
      <TagsInput
        size="xs"
        className={classes.values ?? ''}
        aria-label="Values"
        placeholder="Value, then Enter"
        value={filter.values}
        onChange={(values) => onChange({ ...filter, values })}
      />
    )
  }
  const isDay = kindOfType(type) === 'time'
  return Array.from({ length: needed }, (_, index) => (
    <TextInput
      key={index}
      size="xs"
      className={classes.value ?? ''}
      aria-label={needed === 1 ? 'Value' : index === 0 ? 'From' : 'To'}
      type={isDay ? 'date' : 'text'}
      inputMode={kindOfType(type) === 'number' ? 'decimal' : undefined}
      value={filter.values[index] ?? ''}
      onChange={(event) => {
        const values = Array.from({ length: needed }, (_each, place) => filter.values[place] ?? '')
        values[index] = event.currentTarget.value
        onChange({ ...filter, values })
      }}
    />
  ))
}
