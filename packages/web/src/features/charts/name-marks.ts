import type { DrawnModel } from './chart-model.ts'
import { formatShare } from './tabulate-chart.ts'

/** What a legend lists: each coloured thing of a chart, in the order of the palette. */
export type Mark = { readonly name: string; readonly note: string | null }

/** Empty when all has one colour, or the colours mean amounts. */
export function nameMarks(model: DrawnModel): readonly Mark[] {
  if (model.shape === 'parts') {
    return model.parts.map(({ name, value }) => ({ name, note: formatShare(value, model.total) }))
  }
  const names =
    model.shape === 'cartesian'
      ? model.series.map((series) => series.name)
      : model.shape === 'points'
        ? model.groups.map((group) => group.name)
        : []
  return names.length < 2 ? [] : names.map((name) => ({ name, note: null }))
}
