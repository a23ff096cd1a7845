/** How a result is drawn. Saved inside sealed documents, so the control plane never sees one. */
import { Type, type Static } from 'typebox'
import { strict } from './schema.ts'

/** A result's column, by its name. */
const ColumnName = Type.String({ minLength: 1, maxLength: 500 })
const Label = Type.String({ maxLength: 120 })

export const ChartKind = Type.Union([
  Type.Literal('column'),
  Type.Literal('bar'),
  Type.Literal('line'),
  Type.Literal('area'),
  Type.Literal('scatter'),
  Type.Literal('pie'),
  Type.Literal('donut'),
  Type.Literal('number'),
  Type.Literal('histogram'),
  Type.Literal('heatmap'),
])
/** `column` stands, `bar` lies. */
export type ChartKind = Static<typeof ChartKind>

/** How a chart writes its numbers; what is left out is chosen by size. */
export const NumberStyle = strict({
  /** Digits behind the point. */
  decimals: Type.Optional(Type.Integer({ minimum: 0, maximum: 10 })),
  /** `percent` shows 0.25 as 25 %. */
  scale: Type.Optional(Type.Union([Type.Literal('plain'), Type.Literal('compact'), Type.Literal('percent')])),
  prefix: Type.Optional(Type.String({ maxLength: 12 })),
  suffix: Type.Optional(Type.String({ maxLength: 12 })),
})
export type NumberStyle = Static<typeof NumberStyle>

/**
 * A chart of one result. What the columns mean, by kind:
 * - `column`, `bar`, `line`, `area`: `x` is the axis, `y` one or more measures, `split` makes a series of each of its values;
 * - `scatter`: `x` and `y[0]` are the two numbers, `split` colours;
 * - `pie`, `donut`: `x` names the parts, `y[0]` sizes them;
 * - `number`: `y[0]` of the last row; compared with `y[1]` of that row, or else, when `x` is given, with the row before;
 * - `histogram`: `x` is the number that is counted in bins;
 * - `heatmap`: `x` across, `split` down, `y[0]` is the colour.
 */
export const ChartSpec = strict({
  kind: ChartKind,
  x: Type.Optional(ColumnName),
  y: Type.Optional(Type.Array(ColumnName, { maxItems: 12 })),
  split: Type.Optional(ColumnName),
  /** Series on top of each other; `share` shows them as parts of 100 %. */
  stack: Type.Optional(Type.Union([Type.Literal('none'), Type.Literal('stacked'), Type.Literal('share')])),
  /** Order of named categories; `result` keeps the rows' own. Times and numbers are always in order. */
  sort: Type.Optional(Type.Union([Type.Literal('result'), Type.Literal('value'), Type.Literal('name')])),
  /** Categories (or series) beyond this many are summed as "Other". */
  most: Type.Optional(Type.Integer({ minimum: 2, maximum: 100 })),
  bins: Type.Optional(Type.Integer({ minimum: 2, maximum: 100 })),
  /** Value axis: from zero (default for `column`, `bar`, `area`) or only around the data. */
  from: Type.Optional(Type.Union([Type.Literal('zero'), Type.Literal('data')])),
  log: Type.Optional(Type.Boolean()),
  smooth: Type.Optional(Type.Boolean()),
  /** Values written beside their marks. */
  labels: Type.Optional(Type.Boolean()),
  xTitle: Type.Optional(Label),
  yTitle: Type.Optional(Label),
  numbers: Type.Optional(NumberStyle),
  /** Names to show instead of columns' names. */
  names: Type.Optional(Type.Record(Type.String({ maxLength: 500 }), Label)),
  /** First colour of the palette, 1 to 8. */
  colour: Type.Optional(Type.Integer({ minimum: 1, maximum: 8 })),
  /** For `number`: whether more is better. Left out, a difference has no colour. */
  better: Type.Optional(Type.Union([Type.Literal('more'), Type.Literal('less')])),
})
export type ChartSpec = Static<typeof ChartSpec>
