/** The parts of ECharts that most charts are drawn with; only loaded when a chart is on the page. */
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { LabelLayout } from 'echarts/features'
import { CanvasRenderer } from 'echarts/renderers'
import type { CanvasModel } from './chart-option.ts'

use([BarChart, LineChart, GridComponent, TooltipComponent, LabelLayout, CanvasRenderer])

export { init as initChart }

/** What the rarer shapes need besides; each comes with the first chart of its shape. */
const rarer: Partial<Record<CanvasModel['shape'], () => Promise<unknown>>> = {
  cells: () => import('./echarts-cells.ts'),
  parts: () => import('./echarts-parts.ts'),
  points: () => import('./echarts-points.ts'),
}

/** Null when what is there is enough; drawings that began before know nothing of what comes later. */
export function loadShape(shape: CanvasModel['shape']): Promise<unknown> | null {
  return rarer[shape]?.() ?? null
}
