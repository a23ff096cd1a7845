/** What is chosen in a dashboard's filters: in the address's fragment, which no server sees, and as parameters of SQL. */
import type { DashboardBody, DateFilter, ListFilter, QueryParameter } from '@keyhold/contract'

export type Filter = DashboardBody['filters'][number]
type Fragment = Readonly<Record<string, string>>

/** First and last day, both included; null where open. */
export type Days = { readonly first: string | null; readonly last: string | null }

/** Names in the fragment are those of the parameters, marked so that they meet no other name of the page. */
const nameOf = (parameter: string): string => `f-${parameter}`
const open = 'any'
const day = /^\d{4}-\d\d-\d\d$/

/** The days that a filter stands at: as the address says, else as the dashboard does. */
export function readDays(filter: DateFilter, fragment: Fragment): Days {
  return {
    first: readDay(fragment[nameOf(filter.from)], filter.first),
    last: readDay(fragment[nameOf(filter.to)], filter.last),
  }
}

function readDay(text: string | undefined, standard: string | null): string | null {
  if (text === open) return null
  return text !== undefined && day.test(text) ? text : standard
}

/** What to put into the fragment; the dashboard's own choice is left out. */
export function writeDays(filter: DateFilter, { first, last }: Days): Record<string, string | null> {
  return {
    [nameOf(filter.from)]: first === filter.first ? null : (first ?? open),
    [nameOf(filter.to)]: last === filter.last ? null : (last ?? open),
  }
}

/** The values that are chosen; none means no filter. */
export function readChosen(filter: ListFilter, fragment: Fragment): readonly string[] {
  const text = fragment[nameOf(filter.parameter)]
  if (text === undefined) return filter.chosen
  return text === open ? [] : text.split(',').map(decodePart)
}

export function writeChosen(filter: ListFilter, chosen: readonly string[]): Record<string, string | null> {
  const text = chosen.length === 0 ? open : chosen.map((value) => encodeURIComponent(value)).join(',')
  const standard = chosen.length === filter.chosen.length && chosen.every((value) => filter.chosen.includes(value))
  return { [nameOf(filter.parameter)]: standard ? null : text }
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The values of all filters' parameters. */
export function readValues(filters: readonly Filter[], fragment: Fragment): ReadonlyMap<string, QueryParameter> {
  const values = new Map<string, QueryParameter>()
  for (const filter of filters) {
    if (filter.kind === 'date') {
      const { first, last } = readDays(filter, fragment)
      values.set(filter.from, { name: filter.from, type: 'date', value: first })
      values.set(filter.to, { name: filter.to, type: 'date', value: last })
    } else {
      const chosen = readChosen(filter, fragment)
      const value = chosen.length === 0 ? null : [...chosen]
      values.set(filter.parameter, { name: filter.parameter, type: filter.type, value })
    }
  }
  return values
}

/** A report's parameters with what the filters say; those that no filter names keep their defaults. */
export function bindFilters(
  parameters: readonly QueryParameter[],
  values: ReadonlyMap<string, QueryParameter>,
): QueryParameter[] {
  return parameters.map((parameter) => {
    const chosen = values.get(parameter.name)
    return chosen === undefined ? parameter : { ...parameter, value: chosen.value }
  })
}

/** Ranges that end today, by their names. */
export function listRanges(today: string): readonly { readonly label: string; readonly days: Days }[] {
  const year = Number(today.slice(0, 4))
  return [
    { label: 'Any day', days: { first: null, last: null } },
    { label: 'Last 30 days', days: { first: shiftDay(today, -29), last: today } },
    { label: 'Last 90 days', days: { first: shiftDay(today, -89), last: today } },
    { label: 'Last 12 months', days: { first: shiftDay(today, -364), last: today } },
    { label: 'This year', days: { first: `${year}-01-01`, last: today } },
    { label: 'Last year', days: { first: `${year - 1}-01-01`, last: `${year - 1}-12-31` } },
  ]
}

function shiftDay(from: string, days: number): string {
  return new Date(Date.parse(`${from}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })

/** `1 Jan 2026 – 31 Mar 2026`, `since 1 Jan 2026`, `any day`. */
export function describeDays({ first, last }: Days): string {
  const words = (text: string): string => dayFormat.format(new Date(`${text}T00:00:00Z`))
  if (first === null && last === null) return 'any day'
  if (last === null) return `since ${words(first ?? '')}`
  return first === null ? `until ${words(last)}` : `${words(first)} – ${words(last)}`
}
