/** The parts of ECharts that most charts are drawn with; only loaded when a chart is on the page. */
import { BarChart, LineChart, PieChart, ScatterChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { LabelLayout } from 'echarts/features'
import { CanvasRenderer } from 'echarts/renderers'

use([BarChart, LineChart, PieChart, ScatterChart, GridComponent, TooltipComponent, LabelLayout, CanvasRenderer])

export { init as initChart }

let cells: Promise<unknown> | undefined

/** Brings what heat maps need; drawings that began before know nothing of it. */
export function loadCells(): Promise<unknown> {
  cells ??= import('./echarts-cells.ts')
  return cells
}
