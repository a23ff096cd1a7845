/** A question put together without SQL, which can be changed again. Saved inside sealed documents. */
import { Type, type Static } from 'typebox'
import { Name, nullable, strict } from './schema.ts'

const ColumnName = Type.String({ minLength: 1, maxLength: 500 })

export const FilterOperator = Type.Union([
  Type.Literal('is'),
  Type.Literal('is_not'),
  Type.Literal('less'),
  Type.Literal('at_most'),
  Type.Literal('greater'),
  Type.Literal('at_least'),
  Type.Literal('between'),
  Type.Literal('contains'),
  Type.Literal('not_contains'),
  Type.Literal('starts'),
  Type.Literal('ends'),
  Type.Literal('one_of'),
  Type.Literal('none_of'),
  Type.Literal('true'),
  Type.Literal('false'),
  Type.Literal('empty'),
  Type.Literal('not_empty'),
])
export type FilterOperator = Static<typeof FilterOperator>

/** `values` are texts of the column's type: none for the last four operators, two for `between`, any number for `one_of`. */
export const QuestionFilter = strict({
  column: ColumnName,
  operator: FilterOperator,
  values: Type.Array(Type.String({ maxLength: 10_000 }), { maxItems: 500 }),
})
export type QuestionFilter = Static<typeof QuestionFilter>

export const DateStep = Type.Union([
  Type.Literal('year'),
  Type.Literal('quarter'),
  Type.Literal('month'),
  Type.Literal('week'),
  Type.Literal('day'),
  Type.Literal('hour'),
])
export type DateStep = Static<typeof DateStep>

/** A group for each value, or for each `step` of a date, or for each bin of that `width` of a number. */
export const QuestionGroup = strict({
  column: ColumnName,
  step: Type.Optional(DateStep),
  width: Type.Optional(Type.String({ pattern: '^\\d{1,18}(\\.\\d{1,9})?$' })),
})
export type QuestionGroup = Static<typeof QuestionGroup>

/** `count` counts rows and has no column; all others have one. */
export const QuestionMeasure = strict({
  kind: Type.Union([
    Type.Literal('count'),
    Type.Literal('distinct'),
    Type.Literal('sum'),
    Type.Literal('avg'),
    Type.Literal('median'),
    Type.Literal('min'),
    Type.Literal('max'),
  ]),
  column: Type.Optional(ColumnName),
})
export type QuestionMeasure = Static<typeof QuestionMeasure>

/** A question asked without SQL. With neither groups nor measures it lists rows, of those `columns` or of all. */
export const Question = strict({
  bucket: Name,
  table: Name,
  columns: Type.Array(ColumnName, { maxItems: 500 }),
  filters: Type.Array(QuestionFilter, { maxItems: 50 }),
  groups: Type.Array(QuestionGroup, { maxItems: 8 }),
  measures: Type.Array(QuestionMeasure, { maxItems: 20 }),
  /** `by` counts the question's own result columns from 0. */
  sort: Type.Array(
    strict({
      by: Type.Integer({ minimum: 0, maximum: 500 }),
      direction: Type.Union([Type.Literal('up'), Type.Literal('down')]),
    }),
    { maxItems: 8 },
  ),
  limit: nullable(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
})
export type Question = Static<typeof Question>
