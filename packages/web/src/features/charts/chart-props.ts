/** What the component Chart (chart.tsx beside this file) takes. */
import type { ResultTable } from '@keyhold/client'
import type { ChartSpec } from '@keyhold/contract'

export type ChartProps = {
  readonly spec: ChartSpec
  /** The whole result; nothing is fetched. */
  readonly result: ResultTable
  /** What the chart is of: its name for screen readers, and the heading of its picture. Not drawn in the page. */
  readonly title: string
  readonly view?: 'chart' | 'table'
  /**
   * Gets what can be done with the chart once it is drawn, null when it goes. Must not change with each render. Big
   * numbers, tables and messages give none.
   */
  readonly onReady?: (handle: ChartHandle | null) => void
}

/** A drawn chart. */
export type ChartHandle = {
  /** The chart as it is seen, with title and legend, twice as fine, on the scheme's surface colour. */
  readonly toPng: () => Promise<Blob>
}
