/** A chart's numbers as a small table: the other way to read it. */
import type { Axis, DrawnModel } from './chart-model.ts'
import { formatInstant } from './format-time.ts'

/** Texts as they are shown; the first column names the row. */
export type ChartTable = {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const none = '–'

/** Names of the places along an axis. */
export function axisLabels(axis: Axis, write: (value: number) => string): readonly string[] {
  if (axis.type === 'names') return axis.labels
  if (axis.type === 'numbers') return axis.values.map(write)
  return axis.instants.map((instant) => formatInstant(instant, axis.unit))
}

/** All that is drawn, in the order of the axis; points of a scatter are listed up to 1,000. */
export function tabulateChart(model: DrawnModel): ChartTable {
  const write = (value: number | null): string => (value === null ? none : model.format.full(value))
  switch (model.shape) {
    case 'cartesian': {
      const labels = axisLabels(model.axis, model.format.full)
      return {
        head: [model.xTitle, ...model.series.map((series) => series.name)],
        rows: labels.map((label, index) => [
          label,
          ...model.series.map((series) => write(series.values[index] ?? null)),
        ]),
      }
    }
    case 'points':
      return {
        head: [...(model.groups.length > 1 ? [''] : []), model.xTitle, model.yTitle],
        rows: model.groups.flatMap((group) => listPoints(group, model)).slice(0, 1000),
      }
    case 'parts':
      return {
        head: [model.xTitle, model.yTitle, 'Share'],
        rows: model.parts.map(({ name, value }) => [name, write(value), formatShare(value, model.total)]),
      }
    case 'number':
      return {
        head: ['', model.yTitle],
        rows: [['Now', model.text], ...(model.comparison ? [[model.comparison.label, model.comparison.text]] : [])],
      }
    case 'bins':
      return {
        head: [model.xTitle, model.yTitle],
        rows: model.counts.map((count, index) => [
          `${write(model.edges[index] ?? null)} to ${write(model.edges[index + 1] ?? null)}`,
          count.toLocaleString('en-US'),
        ]),
      }
    case 'cells':
      return {
        head: ['', model.xTitle, model.yTitle],
        rows: model.cells.map(([across, down, value]) => [
          model.down[down] ?? '',
          model.across[across] ?? '',
          write(value),
        ]),
      }
  }
}

function listPoints(
  group: { readonly name: string; readonly points: Float64Array },
  model: Extract<DrawnModel, { shape: 'points' }>,
): string[][] {
  const rows: string[][] = []
  const named = model.groups.length > 1 ? [group.name] : []
  for (let at = 0; at < group.points.length && rows.length < 1000; at += 2) {
    const x = group.points[at] ?? 0
    const across = model.unit === null ? model.format.full(x) : formatInstant(x, model.unit)
    rows.push([...named, across, model.format.full(group.points[at + 1] ?? 0)])
  }
  return rows
}

/** 12.3 % of a whole. */
export function formatShare(value: number, total: number): string {
  return `${((value / total) * 100).toLocaleString('en-US', { maximumFractionDigits: 1 })} %`
}
