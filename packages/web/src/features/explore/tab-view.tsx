import { lazy, Suspense, useMemo } from 'react'
import { SealedProblem } from '@keyhold/client'
import type { Table } from '../../api/catalogue.ts'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import type { Fault } from '../editor/sql-editor.tsx'
import { placeOfByte } from '../editor/scan-sql.ts'
import { QuestionBuilder } from '../questions/question-builder.tsx'
import { ParameterBar } from './parameter-bar.tsx'
import { bindValues } from './parameter-values.ts'
import { ResultArea } from './result-area.tsx'
import { SplitView } from './split-view.tsx'
import type { BenchActions } from './use-bench-actions.ts'
import type { Run } from './use-runs.ts'
import type { Tab } from './workbench.ts'
import classes from './explore-page.module.css'

const SqlEditor = lazy(async () => ({ default: (await import('../editor/sql-editor.tsx')).SqlEditor }))

type Props = { readonly tab: Tab; readonly tables: readonly Table[]; readonly actions: BenchActions }

/** The active tab: what is asked above, the answer below. */
export function TabView({ tab, tables, actions }: Props) {
  const run = actions.runOf(tab.id)
  const fault = useMemo(() => findFault(run, tab.sql), [run, tab.sql])
  const parameters = tab.mode === 'sql' ? bindValues(tab.sql, tab.values) : []
  return (
    <SplitView
      name={tab.mode}
      top={
        tab.mode === 'question' ? (
          <QuestionBuilder question={tab.question} sql={tab.sql} tables={tables} onChange={actions.changeQuestion} />
        ) : (
          <div className={classes.asking}>
            <div className={classes.editor}>
              <Suspense fallback={<BlockSkeleton height="100%" />}>
                <SqlEditor
                  value={tab.sql}
                  onChange={(sql) => actions.edit({ sql })}
                  tables={tables}
                  fault={fault}
                  onRun={actions.run}
                  onFormat={actions.format}
                  onReady={actions.holdEditor}
                />
              </Suspense>
            </div>
            <ParameterBar
              parameters={parameters}
              onChange={(name, value) => actions.edit({ values: { ...tab.values, [name]: value } })}
              onRun={actions.run}
            />
          </div>
        )
      }
      bottom={<ResultArea tab={tab} run={run} actions={actions} />}
    />
  )
}

/** Where the last run's problem lies in the text, if that text is still there. */
function findFault(run: Run | null, sql: string): Fault | null {
  const error = run?.error
  if (run === null || !(error instanceof SealedProblem) || error.position === undefined) return null
  const { asked } = run
  if (sql.slice(asked.from, asked.from + asked.sql.length) !== asked.sql) return null
  const from = asked.from + placeOfByte(asked.sql, error.position)
  const word = /^["\w]+|^[^\s]/.exec(sql.slice(from))?.[0].length ?? 0
  return { from, to: from + word, message: error.detail ?? error.message }
}
