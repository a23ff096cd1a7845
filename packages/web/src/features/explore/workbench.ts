/** What lies open on the Explore page: tabs with SQL or questions, and how their results are shown. Pure. */
import type { ChartSpec, Question, QueryParameter, ReportBody } from '@keyhold/contract'
import { bindValues, valuesOf, type ParameterValues } from './parameter-values.ts'

/** The report that a tab was opened from or saved as. */
type TabReport = {
  readonly id: string
  readonly version: number
  readonly description: string
  /** Its body as it was saved last, to tell what has changed since. */
  readonly saved: string
}

export type Tab = {
  readonly id: string
  readonly title: string
  readonly mode: 'sql' | 'question'
  readonly sql: string
  readonly values: ParameterValues
  /** What is asked in mode `question`; null until a table is chosen. */
  readonly question: Question | null
  /** `auto`: what suits each result; null: no chart. */
  readonly chart: ChartSpec | null | 'auto'
  readonly view: 'table' | 'chart'
  readonly report: TabReport | null
}

export type Workbench = { readonly tabs: readonly Tab[]; readonly active: string }

const mostTabs = 40

/** A tab of its own kind; `id` is drawn by the caller. */
export function createTab(id: string, title: string, parts: Partial<Tab> = {}): Tab {
  const blank = {
    mode: 'sql',
    sql: '',
    values: {},
    question: null,
    chart: 'auto',
    view: 'table',
    report: null,
  } as const
  return { ...blank, ...parts, id, title }
}

export function startWorkbench(id: string): Workbench {
  return { tabs: [createTab(id, 'Query 1')], active: id }
}

/** A title that no tab has: Query 1, Query 2 … */
export function nextTitle({ tabs }: Workbench, word = 'Query'): string {
  const taken = new Set(tabs.map(({ title }) => title))
  for (let number = 1; ; number++) if (!taken.has(`${word} ${number}`)) return `${word} ${number}`
}

/** Opens a tab behind the active one and shows it; at 40 the oldest other tab that is saved or empty gives way. */
export function openTab(bench: Workbench, tab: Tab): Workbench {
  const known = bench.tabs.find(({ report }) => report !== null && report.id === tab.report?.id)
  if (known !== undefined) return { ...bench, active: known.id }
  const place = bench.tabs.findIndex(({ id }) => id === bench.active) + 1
  const tabs = [...bench.tabs.slice(0, place), tab, ...bench.tabs.slice(place)]
  const spare = tabs.find((other) => other.id !== tab.id && (other.sql.trim() === '' || !isChanged(other)))
  const kept = tabs.length > mostTabs && spare !== undefined ? tabs.filter(({ id }) => id !== spare.id) : tabs
  return { tabs: kept, active: tab.id }
}

export function changeTab(bench: Workbench, id: string, change: Partial<Tab>): Workbench {
  return { ...bench, tabs: bench.tabs.map((tab) => (tab.id === id ? { ...tab, ...change } : tab)) }
}

/** A chart of columns that the new result does not have is none: the result chooses again. */
export function forgetLostChart(
  bench: Workbench,
  id: string,
  columns: readonly { readonly name: string }[],
): Workbench {
  const chart = bench.tabs.find((tab) => tab.id === id)?.chart
  if (chart === undefined || chart === null || chart === 'auto') return bench
  const known = new Set(columns.map(({ name }) => name))
  const lost = [chart.x, chart.split, ...(chart.y ?? [])].some((name) => name !== undefined && !known.has(name))
  return lost ? changeTab(bench, id, { chart: 'auto' }) : bench
}

/** Shows the neighbour of a closed tab; the last one leaves an empty tab of that id. */
export function closeTab(bench: Workbench, id: string, fresh: string): Workbench {
  const place = bench.tabs.findIndex((tab) => tab.id === id)
  if (place === -1) return bench
  const tabs = bench.tabs.filter((tab) => tab.id !== id)
  if (tabs.length === 0) return startWorkbench(fresh)
  const neighbour = tabs[Math.min(place, tabs.length - 1)]
  return { tabs, active: bench.active === id ? (neighbour?.id ?? '') : bench.active }
}

export function activeTab({ tabs, active }: Workbench): Tab {
  const tab = tabs.find(({ id }) => id === active) ?? tabs[0]
  if (tab === undefined) throw new Error('A workbench has a tab')
  return tab
}

/** A tab as a report keeps it; `chart` is what is drawn when the tab leaves that to the result. */
export function toReport(tab: Tab, description: string, chart: ChartSpec | null): ReportBody {
  const drawn = tab.chart === 'auto' ? (tab.view === 'chart' ? chart : null) : tab.chart
  return {
    format: 1,
    description,
    sql: tab.sql,
    parameters: [...bindValues(tab.sql, tab.values)] as QueryParameter[],
    chart: tab.view === 'table' ? null : drawn,
    ...(tab.mode === 'question' && tab.question !== null ? { question: tab.question } : {}),
  }
}

/** The tab of a saved report. */
export function fromReport(
  id: string,
  report: { readonly id: string; readonly version: number; readonly title: string; readonly body: ReportBody },
): Tab {
  const { body } = report
  const tab = createTab(id, report.title, {
    mode: body.question === undefined ? 'sql' : 'question',
    sql: body.sql,
    values: valuesOf(body.parameters),
    question: body.question ?? null,
    chart: body.chart ?? 'auto',
    view: body.chart === null ? 'table' : 'chart',
  })
  return { ...tab, report: { id: report.id, version: report.version, description: body.description, saved: mark(tab) } }
}

/** What a save keeps, as one text. */
export function mark(tab: Pick<Tab, 'sql' | 'values' | 'question' | 'chart' | 'view' | 'title'>): string {
  return JSON.stringify([tab.title, tab.sql, bindValues(tab.sql, tab.values), tab.question, tab.chart, tab.view])
}

/** Whether a tab holds something that no report does. */
export function isChanged(tab: Tab): boolean {
  return tab.report === null ? tab.sql.trim() !== '' : tab.report.saved !== mark(tab)
}
