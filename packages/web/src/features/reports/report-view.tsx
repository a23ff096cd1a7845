import { Button, Code } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useState } from 'react'
import type { Report } from '../../api/report.ts'
import { useResult } from '../../api/use-data.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { ParameterBar } from '../explore/parameter-bar.tsx'
import { bindValues, findFault, trimValues, valuesOf } from '../explore/parameter-values.ts'
import { ResultPanel } from '../results/result-panel.tsx'
import classes from './report-page.module.css'

type Props = { readonly project: string; readonly report: Report }

/** A report's result, with its parameters to change; nothing that is changed here is saved. */
export function ReportView({ project, report }: Props) {
  const { sql, parameters, chart } = report.body
  const [values, setValues] = useState(() => valuesOf(parameters))
  const [asked, setAsked] = useState(() => trimValues(parameters))
  const [view, setView] = useState<'table' | 'chart'>(chart === null ? 'table' : 'chart')
  const [showing, sqlToggle] = useDisclosure(false)
  const result = useResult(project, { sql, ...(asked.length === 0 ? {} : { parameters: asked }) })
  const bound = bindValues(sql, values)
  const run = (): void => {
    if (bound.every((parameter) => findFault(parameter) === null)) setAsked(trimValues(bound))
  }
  return (
    <>
      {bound.length > 0 && (
        <Panel flush>
          <div className={classes.parameters}>
            <ParameterBar
              parameters={bound}
              onChange={(name, value) => setValues({ ...values, [name]: value })}
              onRun={run}
            />
            <Button size="xs" loading={result.isFetching} onClick={run}>
              Show
            </Button>
          </div>
        </Panel>
      )}
      <Panel flush>
        <div className={classes.result}>
          {result.error !== null ? (
            <ProblemAlert error={result.error} onRetry={() => void result.refetch()} />
          ) : result.data === undefined ? (
            <BlockSkeleton height="100%" />
          ) : (
            <ResultPanel
              answer={result.data}
              milliseconds={null}
              title={report.title}
              chart={chart ?? 'auto'}
              view={view}
              onView={setView}
            />
          )}
        </div>
      </Panel>
      <div>
        <Button size="compact-sm" variant="subtle" color="gray" aria-expanded={showing} onClick={sqlToggle.toggle}>
          {showing ? 'Hide the SQL' : 'Show the SQL'}
        </Button>
        {showing && (
          <Code block mt="xs">
            {sql}
          </Code>
        )}
      </div>
    </>
  )
}
