import type { QueryParameter, Question } from '@keyhold/contract'
import { useRef, useState } from 'react'
import { readDocument } from '@keyhold/client'
import type { Table } from '../../api/catalogue.ts'
import { useAsk } from '../../api/documents.ts'
import { readReport } from '../../api/report.ts'
import type { EditorHandle } from '../editor/sql-editor.tsx'
import { formatSql } from '../editor/format-sql.ts'
import { findStatement } from '../editor/scan-sql.ts'
import { blankQuestion } from '../questions/blank-question.ts'
import { buildSql } from '../questions/build-sql.ts'
import { quoteTable } from '../questions/quote-name.ts'
import { bindValues, findFault, trimValues, valuesOf } from './parameter-values.ts'
import { noteRun, type HistoryEntry } from './query-history.ts'
import { useKept, type Change } from './use-workbench.ts'
import { useRuns, type Asked, type Run } from './use-runs.ts'
import {
  activeTab,
  changeTab,
  closeTab,
  createTab,
  forgetLostChart,
  fromReport,
  nextTitle,
  openTab,
  type Tab,
  type Workbench,
} from './workbench.ts'

type Setting = {
  readonly project: string
  readonly place: string
  readonly bench: Workbench
  readonly change: Change<Workbench>
  readonly tables: readonly Table[]
}

export type BenchActions = {
  /** To be given to the editor of the active tab. */
  readonly holdEditor: (editor: EditorHandle | null) => void
  readonly history: readonly HistoryEntry[]
  /** What went wrong outside of a run: a report that cannot be opened. */
  readonly error: unknown
  readonly runOf: (tab: string) => Run | null
  readonly run: () => void
  readonly cancel: () => void
  readonly format: () => void
  readonly insert: (text: string) => void
  readonly edit: (part: Partial<Tab>) => void
  readonly changeQuestion: (question: Question) => void
  readonly toSql: () => void
  readonly openNew: (mode: Tab['mode']) => void
  readonly openEntry: (entry: HistoryEntry) => void
  readonly openReport: (id: string) => void
  readonly preview: (table: Table) => void
  readonly ask: (table: Table) => void
  readonly askAbout: (name: string) => void
  readonly close: (id: string) => void
}

/** Everything that can be done on the Explore page. */
export function useBenchActions(setting: Setting): BenchActions {
  const { project, place, bench, change } = setting
  const editor = useRef<EditorHandle | null>(null)
  const { value: history, change: changeHistory } = useKept<readonly HistoryEntry[]>(`${place}/history`, () => [])
  const runs = useRuns(project, ({ tab: id, asked, at, code, answer, milliseconds }) => {
    if (answer !== null) change((now) => forgetLostChart(now, id, answer.table.columns))
    const rows = answer?.table.rows ?? null
    changeHistory((now) =>
      noteRun(now, { sql: asked.sql, values: valuesOf(asked.parameters), at, milliseconds, rows, code }),
    )
  })
  const start: Start = (id, asked) => runs.start(id, { ...asked, parameters: trimValues(asked.parameters) })
  const opening = useOpening(setting, start)
  const tab = activeTab(bench)
  const edit = (part: Partial<Tab>): void => change((now) => changeTab(now, tab.id, part))
  return {
    ...opening,
    holdEditor: (handle) => {
      editor.current = handle
    },
    history: history ?? [],
    runOf: runs.of,
    run: () => {
      const asked = chooseAsked(tab, editor.current)
      if (asked !== null && asked.parameters.every((parameter) => findFault(parameter) === null)) start(tab.id, asked)
    },
    cancel: () => runs.cancel(tab.id),
    format: () =>
      void formatSql(tab.sql).then(
        (sql) => edit({ sql }),
        () => undefined,
      ),
    insert: (text) => {
      if (tab.mode === 'sql') editor.current?.insert(text)
    },
    edit,
    changeQuestion: (question) => edit(changedTab(tab, question, setting.tables)),
    toSql: () => edit({ mode: 'sql', question: null }),
    close: (id) => {
      runs.forget(id)
      change((now) => closeTab(now, id, crypto.randomUUID()))
    },
  }
}

type Start = (tab: string, asked: Asked) => void
type Opening = Pick<BenchActions, 'error' | 'openNew' | 'openEntry' | 'openReport' | 'preview' | 'ask' | 'askAbout'>

/** All that opens a tab. */
function useOpening({ project, bench, change, tables }: Setting, start: Start): Opening {
  const [error, setError] = useState<unknown>(null)
  const askDocuments = useAsk(project)
  const open = (made: Tab): void => change((now) => openTab(now, made))
  const startWhole = ({ id, sql, values }: Tab): void =>
    start(id, { sql, from: 0, parameters: bindValues(sql, values) })
  const openAndRun = (made: Tab): void => {
    open(made)
    startWhole(made)
  }
  const ask = ({ bucket, name, columns }: Table): void =>
    openAndRun(
      createTab(crypto.randomUUID(), `${bucket}.${name}`, {
        mode: 'question',
        ...askedTab(blankQuestion(bucket, name), columns),
      }),
    )
  return {
    error,
    ask,
    askAbout: (name) => {
      const table = tables.find((each) => `${each.bucket}.${each.name}` === name)
      if (table !== undefined) ask(table)
    },
    openNew: (mode) =>
      open(createTab(crypto.randomUUID(), nextTitle(bench, mode === 'sql' ? 'Query' : 'Question'), { mode })),
    openEntry: ({ sql, values }) => open(createTab(crypto.randomUUID(), nextTitle(bench), { sql, values })),
    openReport: (id) => {
      setError(null)
      const known = bench.tabs.find(({ report }) => report?.id === id)
      if (known !== undefined) {
        change((now) => ({ ...now, active: known.id }))
        startWhole(known)
        return
      }
      readDocument(askDocuments, id)
        .then((document) => openAndRun(fromReport(crypto.randomUUID(), readReport(document))))
        .catch(setError)
    },
    preview: ({ bucket, name }) =>
      openAndRun(
        createTab(crypto.randomUUID(), name, { sql: `SELECT *\nFROM ${quoteTable(bucket, name)}\nLIMIT 100` }),
      ),
  }
}

/** A tab's question put otherwise: its SQL, its name and how it is shown follow. */
function changedTab(tab: Tab, question: Question, tables: readonly Table[]): Partial<Tab> {
  const table = tables.find(({ bucket, name }) => bucket === question.bucket && name === question.table)
  const known = tab.question?.bucket === question.bucket && tab.question.table === question.table
  return { ...askedTab(question, table?.columns ?? []), ...nameAfter(tab, question, known), ...viewOf(tab, question) }
}

/** A question's SQL and values in the parts of a tab that hold them. */
function askedTab(question: Question, columns: Table['columns']): Pick<Tab, 'question' | 'sql' | 'values'> {
  const { sql, parameters } = buildSql(question, columns)
  return { question, sql, values: valuesOf(parameters) }
}

/** A tab that nobody named is called after the table that it asks about. */
function nameAfter(tab: Tab, { bucket, table }: Question, known: boolean): Partial<Tab> {
  return known || tab.report !== null ? {} : { title: `${bucket}.${table}` }
}

/** What is computed for groups is looked at as a chart; a chart of other columns than these would be none. */
function viewOf(tab: Tab, question: Question): Partial<Tab> {
  const before = tab.question
  const grew = question.groups.length > 0 && (before === null || before.groups.length === 0)
  const same =
    JSON.stringify([before?.groups, before?.measures]) === JSON.stringify([question.groups, question.measures])
  return { ...(grew ? { view: 'chart' } : {}), ...(same ? {} : { chart: 'auto' }) }
}

/** What is selected; else the statement at the cursor; null when there is nothing to ask. */
function chooseAsked(tab: Tab, editor: EditorHandle | null): Asked | null {
  const place = tab.mode === 'sql' ? editor?.place() : undefined
  const selected = place !== undefined && place.to > place.from && tab.sql.slice(place.from, place.to).trim() !== ''
  const { from, to } = selected ? place : findStatement(tab.sql, place?.at ?? 0)
  const sql = tab.sql.slice(from, to)
  const parameters: readonly QueryParameter[] = bindValues(sql, tab.values)
  return sql.trim() === '' ? null : { sql, from, parameters }
}
