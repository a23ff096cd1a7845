import { Chart } from '../charts/chart.tsx'
import type { Report } from '../../api/report.ts'
import { TileFrame } from '../dashboards/tile-frame.tsx'
import { TileProblem } from '../dashboards/tile-problem.tsx'
import { TileSkeleton } from '../dashboards/tile-skeleton.tsx'
import { useTileResult } from '../dashboards/use-tile-result.ts'

const noFilters = new Map<string, never>()

/** A chart that is only proposed. */
export function SuggestionTile({ project, report }: { readonly project: string; readonly report: Report }) {
  const result = useTileResult(project, report, noFilters)
  const { chart } = report.body
  return (
    <TileFrame title={report.title} plain={chart?.kind === 'number'}>
      {result.error !== null ? (
        <TileProblem error={result.error} onRetry={() => void result.refetch()} />
      ) : result.data === undefined || chart === null ? (
        <TileSkeleton kind={chart?.kind} />
      ) : (
        <Chart spec={chart} result={result.data.table} title={report.title} />
      )}
    </TileFrame>
  )
}
