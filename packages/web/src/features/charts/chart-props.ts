/** What the component Chart (chart.tsx beside this file) takes. */
import type { ResultTable } from '@keyhold/client'
import type { ChartSpec } from '@keyhold/contract'

export type ChartProps = {
  readonly spec: ChartSpec
  /** The whole result; nothing is fetched. */
  readonly result: ResultTable
  /** What the chart is of: its name for screen readers, and the name of downloaded files. Not drawn. */
  readonly title: string
  /** Gets what can be done with the chart once it is drawn, null when it goes. */
  readonly onReady?: (handle: ChartHandle | null) => void
}

/** A drawn chart. */
export type ChartHandle = {
  /** The chart as it is seen, twice as fine, on the scheme's surface colour. Rejects for kinds that are not drawn. */
  readonly toPng: () => Promise<Blob>
}
