import { Loader } from '@mantine/core'
import Play from 'lucide-react/icons/play'
import { Empty } from '../../ui/empty.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { ResultPanel } from '../results/result-panel.tsx'
import type { BenchActions } from './use-bench-actions.ts'
import type { Run } from './use-runs.ts'
import type { Tab } from './workbench.ts'
import classes from './explore-page.module.css'

type Props = { readonly tab: Tab; readonly run: Run | null; readonly actions: BenchActions }

/** What came of the last run: nothing yet, a problem, or an answer. */
export function ResultArea({ tab, run, actions }: Props) {
  if (actions.error !== null) {
    return (
      <div className={classes.problem}>
        <ProblemAlert error={actions.error} />
      </div>
    )
  }
  if (run?.error !== null && run?.error !== undefined && !run.running) {
    return (
      <div className={classes.problem}>
        <ProblemAlert error={run.error} onRetry={actions.run} />
      </div>
    )
  }
  if (run?.answer === null || run === null) {
    return (
      <div className={classes.nothing}>
        {run?.running === true ? (
          <p className={classes.running} role="status">
            <Loader size={18} /> Asking the data plane …
          </p>
        ) : (
          <Empty
            icon={<Play size={22} />}
            title="No answer yet"
            about="Run the query (Ctrl-Enter). Question and answer are sealed between this browser and your data plane."
          />
        )}
      </div>
    )
  }
  return (
    <div className={classes.answer} data-stale={run.running || undefined} aria-busy={run.running}>
      <ResultPanel
        answer={run.answer}
        milliseconds={run.running ? null : run.milliseconds}
        title={tab.title}
        chart={tab.chart}
        view={tab.view}
        onChart={(chart) => actions.edit({ chart })}
        onView={(view) => actions.edit({ view })}
      />
    </div>
  )
}
