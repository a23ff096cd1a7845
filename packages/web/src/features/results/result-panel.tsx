import { ActionIcon, Menu, SegmentedControl, Tooltip } from '@mantine/core'
import type { ResultTable } from '@keyhold/client'
import type { ChartSpec } from '@keyhold/contract'
import Download from 'lucide-react/icons/download'
import SlidersHorizontal from 'lucide-react/icons/sliders-horizontal'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import type { QueryAnswer } from '../../api/data-plane.ts'
import { Chart } from '../charts/chart.tsx'
import type { ChartHandle } from '../charts/chart-props.ts'
import { chooseChart } from '../charts/choose-chart.ts'
import { ListSkeleton } from '../../ui/skeletons.tsx'
import { downloadBlob, fileNameOf } from './download.ts'
import { ResultFacts } from './result-facts.tsx'
import { ResultGrid } from './result-grid.tsx'
import classes from './result-panel.module.css'
import { makeCsv } from './write-csv.ts'

const ChartSettings = lazy(async () => ({ default: (await import('../charts/chart-settings.tsx')).ChartSettings }))

type Props = {
  readonly answer: QueryAnswer
  /** From asking to columns in this browser; null when that is not known. */
  readonly milliseconds: number | null
  readonly title: string
  /** `auto`: what suits the result; null: none yet. */
  readonly chart: ChartSpec | null | 'auto'
  readonly view: 'table' | 'chart'
  readonly onChart?: (chart: ChartSpec) => void
  readonly onView: (view: 'table' | 'chart') => void
}

/** A result as a table or a chart, with what can be said of it and taken from it. */
export function ResultPanel({ answer, milliseconds, title, chart, view, onChart, onView }: Props) {
  const { table } = answer
  const [handle, setHandle] = useState<ChartHandle | null>(null)
  const [setting, setSetting] = useState(false)
  const chosen = useMemo(() => (chart === 'auto' ? chooseChart(table) : chart), [chart, table])
  const spec: ChartSpec = chosen ?? blankChart
  const onReady = useCallback((ready: ChartHandle | null) => setHandle(ready), [])
  return (
    <section className={classes.panel} aria-label="Result">
      <header className={classes.header}>
        <SegmentedControl
          size="xs"
          aria-label="Show the result as"
          transitionDuration={0}
          data={[
            { value: 'table', label: 'Table' },
            { value: 'chart', label: 'Chart' },
          ]}
          value={view}
          onChange={(value) => onView(value === 'chart' ? 'chart' : 'table')}
        />
        <ResultFacts answer={answer} milliseconds={milliseconds} />
        <div className={classes.actions}>
          {view === 'chart' && onChart !== undefined && (
            <Tooltip label="Chart settings" withinPortal>
              <ActionIcon
                variant={setting ? 'light' : 'subtle'}
                color="gray"
                aria-label="Chart settings"
                aria-expanded={setting}
                onClick={() => setSetting(!setting)}
              >
                <SlidersHorizontal size={16} aria-hidden="true" />
              </ActionIcon>
            </Tooltip>
          )}
          <DownloadMenu table={table} title={title} handle={view === 'chart' ? handle : null} />
        </div>
      </header>
      <div className={classes.body}>
        {view === 'table' ? (
          <ResultGrid result={table} label="Result" />
        ) : (
          <>
            <div className={classes.chart}>
              <Chart spec={spec} result={table} title={title} onReady={onReady} />
            </div>
            {setting && onChart !== undefined && (
              <aside className={classes.settings} aria-label="Chart settings">
                <Suspense fallback={<ListSkeleton />}>
                  <ChartSettings spec={spec} result={table} onChange={onChart} />
                </Suspense>
              </aside>
            )}
          </>
        )}
      </div>
    </section>
  )
}

type MenuProps = { readonly table: ResultTable; readonly title: string; readonly handle: ChartHandle | null }

function DownloadMenu({ table, title, handle }: MenuProps) {
  const savePng = async (drawn: ChartHandle): Promise<void> =>
    downloadBlob(await drawn.toPng(), fileNameOf(title, 'png'))
  const saveCsv = async (): Promise<void> => downloadBlob(await makeCsv(table), fileNameOf(title, 'csv'))
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label="Download">
          <Download size={16} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void saveCsv()}>All rows as CSV</Menu.Item>
        <Menu.Item disabled={handle === null} onClick={() => handle && void savePng(handle)}>
          The chart as PNG
        </Menu.Item>
        <Menu.Label>Made in this browser, in clear</Menu.Label>
      </Menu.Dropdown>
    </Menu>
  )
}

/** Says itself what is missing. */
const blankChart: ChartSpec = { kind: 'bar' }
