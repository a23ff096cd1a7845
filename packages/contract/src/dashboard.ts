/** Bodies of the documents `report` and `dashboard`. They travel and rest sealed: the control plane never sees one. */
import { Type, type Static } from 'typebox'
import { ChartSpec } from './chart-spec.ts'
import { Question } from './question.ts'
import { Id, nullable, strict } from './schema.ts'
import { QueryParameter } from './statements.ts'

/** Saved SQL with its parameters, whose values are the defaults, and how the result is drawn: null is a table. */
export const ReportBody = strict({
  format: Type.Literal(1),
  description: Type.String({ maxLength: 2_000 }),
  sql: Type.String({ minLength: 1, maxLength: 200_000 }),
  parameters: Type.Array(QueryParameter, { maxItems: 50 }),
  chart: nullable(ChartSpec),
  /** The question that made the SQL, as long as nobody wrote in it. */
  question: Type.Optional(Question),
})
export type ReportBody = Static<typeof ReportBody>

/** Columns that a dashboard's grid has; a row of it is 56 pixels, with 16 between. */
export const gridColumns = 12

/** Where a tile lies, in columns and rows of the grid. */
export const TilePlace = strict({
  x: Type.Integer({ minimum: 0, maximum: gridColumns - 1 }),
  y: Type.Integer({ minimum: 0, maximum: 2_000 }),
  w: Type.Integer({ minimum: 1, maximum: gridColumns }),
  h: Type.Integer({ minimum: 1, maximum: 60 }),
})
export type TilePlace = Static<typeof TilePlace>

const TileId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,40}$' })

/** A report, drawn as it says. The title is the report's own when it is empty. */
const ReportTile = strict({
  kind: Type.Literal('report'),
  id: TileId,
  report: Id,
  title: Type.String({ maxLength: 200 }),
  place: TilePlace,
})
/** Words between the charts, in the subset of Markdown that the web app draws. */
const TextTile = strict({
  kind: Type.Literal('text'),
  id: TileId,
  text: Type.String({ maxLength: 20_000 }),
  place: TilePlace,
})
export const Tile = Type.Union([ReportTile, TextTile])
export type Tile = Static<typeof Tile>

const ParameterName = QueryParameter.properties.name
const FilterLabel = Type.String({ minLength: 1, maxLength: 100 })
const Day = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' })

/**
 * Two parameters of the type `date`, the first and the last day; NULL where no day was chosen. A report takes part by
 * having parameters of these names: `($from IS NULL OR day >= $from) AND ($to IS NULL OR day <= $to)`.
 */
export const DateFilter = strict({
  kind: Type.Literal('date'),
  label: FilterLabel,
  from: ParameterName,
  to: ParameterName,
  /** What is chosen at first. */
  first: nullable(Day),
  last: nullable(Day),
})
export type DateFilter = Static<typeof DateFilter>

/**
 * One parameter that is a list of the chosen values; NULL where none was chosen. A report takes part by having a
 * parameter of this name: `($clinic IS NULL OR clinic IN $clinic)`.
 */
export const ListFilter = strict({
  kind: Type.Literal('list'),
  label: FilterLabel,
  parameter: ParameterName,
  type: QueryParameter.properties.type,
  /** SQL whose first column is what can be chosen, in order. */
  options: Type.String({ minLength: 1, maxLength: 20_000 }),
  chosen: Type.Array(Type.String({ maxLength: 1_000 }), { maxItems: 200 }),
})
export type ListFilter = Static<typeof ListFilter>

export const DashboardBody = strict({
  format: Type.Literal(1),
  description: Type.String({ maxLength: 2_000 }),
  tiles: Type.Array(Tile, { maxItems: 60 }),
  filters: Type.Array(Type.Union([DateFilter, ListFilter]), { maxItems: 8 }),
})
export type DashboardBody = Static<typeof DashboardBody>
