/** From a chart's model to what ECharts draws. Pure. */
import type { EChartsCoreOption } from 'echarts/core'
import { drawCartesian } from './cartesian-option.ts'
import type { OptionInput } from './chart-axes.ts'
import type { DrawnModel } from './chart-model.ts'
import { turnPalette } from './chart-theme.ts'
import { drawBins, drawCells, drawParts, drawPoints } from './shape-options.ts'

/** What is drawn on a canvas; a big number is text. */
export type CanvasModel = Exclude<DrawnModel, { shape: 'number' }>

/** The option for a model; big numbers are not drawn. */
export function buildOption(model: CanvasModel, input: OptionInput): EChartsCoreOption {
  const { theme } = input
  return {
    animation: !input.still,
    // What is asked for is shown at once; only changes are followed by the eye.
    animationDuration: 0,
    animationDurationUpdate: 160,
    useUTC: true,
    color: [...turnPalette(theme.series, input.colour)],
    textStyle: { fontFamily: theme.font, color: theme.muted, fontSize: 12 },
    ...buildShape(model, input),
  }
}

function buildShape(model: CanvasModel, input: OptionInput): EChartsCoreOption {
  switch (model.shape) {
    case 'cartesian':
      return drawCartesian(model, input)
    case 'points':
      return drawPoints(model, input)
    case 'parts':
      return drawParts(model, input)
    case 'bins':
      return drawBins(model, input)
    case 'cells':
      return drawCells(model, input)
  }
}
