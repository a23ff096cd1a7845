import type { QueryParameter, Tile } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { documentOptions, useAsk } from '../../api/documents.ts'
import type { QueryAnswer } from '../../api/data-plane.ts'
import type { ChartHandle } from '../charts/chart-props.ts'
import { Chart } from '../charts/chart.tsx'
import { readReport, type Report } from '../../api/report.ts'
import { TileFrame } from './tile-frame.tsx'
import { TileMenu } from './tile-menu.tsx'
import { TileProblem } from './tile-problem.tsx'
import { TileSkeleton } from './tile-skeleton.tsx'
import { TileTable } from './tile-table.tsx'
import { useNear } from './use-near.ts'
import { useTileResult } from './use-tile-result.ts'

type Props = {
  readonly project: string
  readonly tile: Extract<Tile, { kind: 'report' }>
  readonly values: ReadonlyMap<string, QueryParameter>
  /** While the dashboard is edited tiles are held by their heads, and have other buttons there. */
  readonly editing?: boolean
}

/** A report on a dashboard: its title, and its result as it is to be drawn. */
export function ReportTile({ project, tile, values, editing = false }: Props) {
  const ask = useAsk(project)
  const document = useQuery({ ...documentOptions(ask, project, tile.report), select: readReport })
  const report = document.data
  const result = useTileResult(project, report, values)
  const [asTable, setAsTable] = useState(false)
  const [place, near] = useNear<HTMLDivElement>()
  const [drawn, setDrawn] = useState<ChartHandle | null>(null)
  const title = tile.title === '' ? (report?.title ?? '') : tile.title
  const error = document.error ?? result.error
  const retry = (): void => void (document.error === null ? result.refetch() : document.refetch())
  return (
    <TileFrame
      place={place}
      title={title}
      description={report?.body.description ?? ''}
      plain={report?.body.chart?.kind === 'number'}
      stale={result.isPlaceholderData}
      actions={
        !editing && report !== undefined ? (
          <TileMenu
            project={project}
            report={report}
            answer={result.data}
            asTable={asTable}
            onTable={setAsTable}
            drawn={drawn}
          />
        ) : undefined
      }
    >
      {error !== null ? (
        <TileProblem error={error} onRetry={retry} />
      ) : report === undefined || result.data === undefined ? (
        <TileSkeleton kind={report?.body.chart?.kind} />
      ) : !near ? null : (
        <TileBody report={report} title={title} answer={result.data} asTable={asTable} onReady={setDrawn} />
      )}
    </TileFrame>
  )
}

type BodyProps = {
  readonly report: Report
  readonly title: string
  readonly answer: QueryAnswer
  readonly asTable: boolean
  readonly onReady: (handle: ChartHandle | null) => void
}

function TileBody({ report, title, answer, asTable, onReady }: BodyProps) {
  const { chart } = report.body
  if (chart === null || asTable) return <TileTable table={answer.table} title={title} />
  return <Chart spec={chart} result={answer.table} title={title} onReady={onReady} />
}
