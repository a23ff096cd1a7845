/** What a chart shows, in a sentence or two: for those who do not see it. */
import type { ChartKind } from '@keyhold/contract'
import type { ChartModel, DrawnModel, Series } from './chart-model.ts'
import { axisLabels, formatShare } from './tabulate-chart.ts'

const kindNames: Readonly<Record<ChartKind, string>> = {
  column: 'Column chart',
  bar: 'Bar chart',
  line: 'Line chart',
  area: 'Area chart',
  scatter: 'Scatter chart',
  pie: 'Pie chart',
  donut: 'Ring chart',
  number: 'Number',
  histogram: 'Histogram',
  heatmap: 'Heat map',
}

/** A summary of what is drawn: kind, extent, extremes. For what is not drawn, why. */
export function describeChart(model: ChartModel): string {
  if (model.shape === 'nothing' || model.shape === 'problem') return model.message
  const notes = model.notes.length === 0 ? '' : ` ${model.notes.join(' ')}`
  return `${kindNames[model.kind]}: ${describeShape(model)}${notes}`
}

function describeShape(model: DrawnModel): string {
  const count = (value: number): string => value.toLocaleString('en-US')
  switch (model.shape) {
    case 'cartesian': {
      const labels = axisLabels(model.axis, model.format.full)
      const extent = `${model.yTitle || 'several measures'} by ${model.xTitle}, ${count(labels.length)} from ${labels[0]} to ${labels.at(-1)}.`
      const told = model.series.slice(0, 8).map((series) => describeSeries(series, labels, model))
      return `${extent} ${told.join(' ')}`
    }
    case 'points':
      return `${model.yTitle} against ${model.xTitle}, ${count(model.groups.reduce((sum, group) => sum + group.points.length / 2, 0))} points.`
    case 'parts':
      return `${model.yTitle} by ${model.xTitle}. ${model.parts.map(({ name, value }) => `${name} ${formatShare(value, model.total)}`).join(', ')}.`
    case 'number': {
      const { comparison } = model
      return `${model.yTitle} ${model.text}${comparison === null ? '' : `, ${comparison.label} ${comparison.text}`}.`
    }
    case 'bins': {
      const most = model.counts.indexOf(Math.max(...model.counts))
      const edge = (index: number): string => model.format.full(model.edges[index] ?? 0)
      return `${model.xTitle} from ${edge(0)} to ${edge(model.edges.length - 1)}; most rows, ${count(model.counts[most] ?? 0)}, lie between ${edge(most)} and ${edge(most + 1)}.`
    }
    case 'cells': {
      const largest = model.cells.reduce((best, cell) => (cell[2] > best[2] ? cell : best), [0, 0, -Infinity] as const)
      return `${model.yTitle} for ${count(model.across.length)} of ${model.xTitle}; largest ${model.format.full(largest[2])} at ${model.across[largest[0]]}, ${model.down[largest[1]]}.`
    }
  }
}

function describeSeries(
  { name, values }: Series,
  labels: readonly string[],
  model: Extract<DrawnModel, { shape: 'cartesian' }>,
): string {
  let high = -1
  let low = -1
  for (const [index, value] of values.entries()) {
    if (value === null) continue
    if (high === -1 || value > (values[high] ?? 0)) high = index
    if (low === -1 || value < (values[low] ?? 0)) low = index
  }
  if (high === -1) return `${name} has no values.`
  const tell = (index: number): string => `${model.format.full(values[index] ?? 0)} at ${labels[index]}`
  return high === low ? `${name}: ${tell(high)}.` : `${name}: highest ${tell(high)}, lowest ${tell(low)}.`
}
