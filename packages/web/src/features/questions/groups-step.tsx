import { Select, TextInput } from '@mantine/core'
import type { Column, DateStep, QuestionGroup } from '@keyhold/contract'
import { kindOfType } from '../results/column-kind.ts'
import classes from './question-builder.module.css'
import { AddButton, Piece, replaceAt, Step, type StepProps } from './question-step.tsx'
import { stepNames } from './question-words.ts'

/** What it is counted or computed for. */
export function GroupsStep({ question, columns, change }: StepProps) {
  const { groups, measures } = question
  // A group alone says little: how many rows each has is what people mean.
  const put = (next: QuestionGroup[]): void =>
    change({
      groups: next,
      sort: [],
      ...(measures.length === 0 && next.length > 0 ? { measures: [{ kind: 'count' }] } : {}),
    })
  const add = (): void => {
    const taken = new Set(groups.map(({ column }) => column))
    const column =
      columns.find(({ name, type }) => !taken.has(name) && kindOfType(type) === 'text') ??
      columns.find(({ name }) => !taken.has(name))
    if (column !== undefined) put([...groups, startGroup(column)])
  }
  return (
    <Step name="By">
      {groups.map((group, place) => (
        <Piece key={place} label={`group ${place + 1}`} onRemove={() => put(replaceAt(groups, place, null))}>
          <GroupFields group={group} columns={columns} onChange={(next) => put(replaceAt(groups, place, next))} />
        </Piece>
      ))}
      <AddButton label={groups.length === 0 ? 'For each …' : 'And for each …'} onClick={add} />
    </Step>
  )
}

function startGroup({ name, type }: Column): QuestionGroup {
  return kindOfType(type) === 'time' ? { column: name, step: 'month' } : { column: name }
}

type FieldsProps = {
  readonly group: QuestionGroup
  readonly columns: readonly Column[]
  readonly onChange: (group: QuestionGroup) => void
}

function GroupFields({ group, columns, onChange }: FieldsProps) {
  const type = columns.find(({ name }) => name === group.column)?.type ?? 'VARCHAR'
  const kind = kindOfType(type)
  const steps = (Object.keys(stepNames) as DateStep[]).filter((step) => type !== 'DATE' || step !== 'hour')
  return (
    <>
      <Select
        size="xs"
        className={classes.column ?? ''}
        aria-label="For each"
        searchable
        data={columns.map(({ name }) => name)}
        value={group.column}
        allowDeselect={false}
        onChange={(name) => {
          const column = columns.find((each) => each.name === name)
          if (column !== undefined) onChange(startGroup(column))
        }}
      />
      {kind === 'time' && (
        <Select
          size="xs"
          className={classes.operator ?? ''}
          aria-label="In steps"
          data={[
            ...steps.map((step) => ({ value: step, label: stepNames[step] })),
            { value: 'each', label: 'each value' },
          ]}
          value={group.step ?? 'each'}
          allowDeselect={false}
          onChange={(step) =>
            onChange(step === 'each' ? { column: group.column } : { column: group.column, step: step as DateStep })
          }
        />
      )}
      {kind === 'number' && (
        <TextInput
          size="xs"
          className={classes.value ?? ''}
          aria-label="Width of bins"
          placeholder="each value"
          leftSection={<span className={classes.unit}>bins of</span>}
          leftSectionWidth={54}
          inputMode="decimal"
          value={group.width ?? ''}
          onChange={(event) => {
            const width = event.currentTarget.value.trim()
            if (width === '') onChange({ column: group.column })
            else if (/^\d{1,18}(\.\d{1,9})?$/.test(width)) onChange({ column: group.column, width })
          }}
        />
      )}
    </>
  )
}
