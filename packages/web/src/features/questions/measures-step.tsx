import { Select } from '@mantine/core'
import type { Column, QuestionMeasure } from '@keyhold/contract'
import classes from './question-builder.module.css'
import { AddButton, Piece, replaceAt, Step, type StepProps } from './question-step.tsx'
import { listMeasures, measureNames } from './question-words.ts'

/** What is counted or computed. */
export function MeasuresStep({ question, columns, change }: StepProps) {
  const { measures } = question
  const put = (place: number, measure: QuestionMeasure | null): void =>
    change({ measures: replaceAt(measures, place, measure), sort: [] })
  return (
    <Step name="Measure">
      {measures.map((measure, place) => (
        <Piece key={place} label={`measure ${place + 1}`} onRemove={() => put(place, null)}>
          <MeasureFields measure={measure} columns={columns} onChange={(next) => put(place, next)} />
        </Piece>
      ))}
      <AddButton
        label={measures.length === 0 ? 'Count or compute' : 'Add another'}
        onClick={() => change({ measures: [...measures, nextMeasure(measures, columns)], sort: [] })}
      />
    </Step>
  )
}

/** First the rows are counted, then numbers are summed. */
function nextMeasure(measures: readonly QuestionMeasure[], columns: readonly Column[]): QuestionMeasure {
  if (!measures.some(({ kind }) => kind === 'count')) return { kind: 'count' }
  const number = columns.find(({ name, type }) => listMeasures(type).includes('sum') && !/(^|_)id$/i.test(name))
  const column = (number ?? columns[0])?.name
  const kind = number === undefined ? 'distinct' : 'sum'
  return column === undefined ? { kind: 'count' } : { kind, column }
}

type FieldsProps = {
  readonly measure: QuestionMeasure
  readonly columns: readonly Column[]
  readonly onChange: (measure: QuestionMeasure) => void
}

function MeasureFields({ measure, columns, onChange }: FieldsProps) {
  const fitting = (kind: QuestionMeasure['kind']): string[] =>
    columns.filter(({ type }) => listMeasures(type).includes(kind)).map(({ name }) => name)
  const possible = (Object.keys(measureNames) as QuestionMeasure['kind'][]).filter(
    (kind) => kind === 'count' || fitting(kind).length > 0,
  )
  const choose = (kind: QuestionMeasure['kind']): void => {
    if (kind === 'count') return onChange({ kind })
    const names = fitting(kind)
    const column = measure.column !== undefined && names.includes(measure.column) ? measure.column : names[0]
    if (column !== undefined) onChange({ kind, column })
  }
  return (
    <>
      <Select
        size="xs"
        className={classes.operator ?? ''}
        aria-label="What to compute"
        data={possible.map((kind) => ({ value: kind, label: measureNames[kind] }))}
        value={measure.kind}
        allowDeselect={false}
        onChange={(kind) => choose(kind as QuestionMeasure['kind'])}
      />
      {measure.kind !== 'count' && (
        <Select
          size="xs"
          className={classes.column ?? ''}
          aria-label="Of the column"
          searchable
          data={fitting(measure.kind)}
          value={measure.column ?? null}
          allowDeselect={false}
          onChange={(column) => column !== null && onChange({ kind: measure.kind, column })}
        />
      )}
    </>
  )
}
