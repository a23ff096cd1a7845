/** From a spec and a result to a chart's model. Pure; throws nothing: what does not fit is a model of shape `problem`. */
import type { ResultTable } from '@keyhold/client'
import type { ChartSpec } from '@keyhold/contract'
import { buildCartesian } from './build-cartesian.ts'
import { buildBins, buildCells, buildNumber, buildParts, buildPoints } from './build-shapes.ts'
import type { ChartModel } from './chart-model.ts'
import { openSource, type ChartSource, type SourceColumn } from './chart-source.ts'
import { createNumberFormat, type NumberFormat } from './format-number.ts'

/** What every builder gets: columns that exist. */
export type BuildInput = {
  readonly spec: ChartSpec
  readonly source: ChartSource
  readonly x: SourceColumn | null
  readonly y: readonly SourceColumn[]
  readonly split: SourceColumn | null
  readonly format: NumberFormat
}

/** The model of a chart. Reads at most 100,000 rows. */
export function buildChart(spec: ChartSpec, result: ResultTable): ChartModel {
  const source = openSource(result, spec)
  const missing = [spec.x, ...(spec.y ?? []), spec.split].find(
    (name) => name !== undefined && source.find(name) === null,
  )
  if (missing !== undefined) {
    return problem(`The result has no column “${missing}”.`, 'Choose another column for this chart, or mend the SQL.')
  }
  if (source.rows === 0) return { shape: 'nothing', message: 'The result has no rows.' }
  const y = (spec.y ?? []).flatMap((name) => source.find(name) ?? [])
  const input = {
    spec,
    source,
    x: source.find(spec.x),
    y,
    split: source.find(spec.split),
    format: createNumberFormat(spec.numbers),
  }
  return withLeftRows(checkMeasures(input) ?? buildShape(input), source)
}

/** What a chart of that kind cannot do without. */
function checkMeasures({ spec, x, y, split }: BuildInput): ChartModel | null {
  if (spec.kind !== 'number' && x === null) return problem('No column is chosen for the axis.', 'Choose one.')
  if (spec.kind === 'histogram') return x?.kind === 'number' ? null : notNumber(x)
  if (y.length === 0) return problem('No column is chosen to measure.', 'Choose a column of numbers.')
  if (spec.kind === 'number') return null
  const wrong = y.find((column) => column.kind !== 'number' && column.kind !== 'boolean')
  if (wrong !== undefined) return notNumber(wrong)
  if (spec.kind === 'heatmap' && split === null) return problem('No column is chosen for the rows.', 'Choose one.')
  const flat = spec.kind === 'scatter' && x?.kind !== 'number' && x?.kind !== 'time'
  return flat ? notNumber(x) : null
}

function buildShape(input: BuildInput): ChartModel {
  switch (input.spec.kind) {
    case 'column':
    case 'bar':
    case 'line':
    case 'area':
      return buildCartesian(input)
    case 'scatter':
      return buildPoints(input)
    case 'pie':
    case 'donut':
      return buildParts(input)
    case 'number':
      return buildNumber(input)
    case 'histogram':
      return buildBins(input)
    case 'heatmap':
      return buildCells(input)
  }
}

function withLeftRows(model: ChartModel, source: ChartSource): ChartModel {
  if (source.left === 0 || model.shape === 'nothing' || model.shape === 'problem') return model
  const note = `Drawn from the first ${source.rows.toLocaleString('en-US')} rows of ${(source.rows + source.left).toLocaleString('en-US')}: let the SQL group them.`
  return { ...model, notes: [note, ...model.notes] }
}

function problem(message: string, remedy: string): ChartModel {
  return { shape: 'problem', message, remedy }
}

function notNumber(column: SourceColumn | null): ChartModel {
  return problem(`“${column?.name ?? ''}” is not a column of numbers.`, 'Choose a column of numbers.')
}
