/** Three charts worth a first look at a table that nobody has seen, from its profile. */
import type { ChartSpec, ColumnProfile, DateStep, Question, TableProfile } from '@keyhold/contract'

export type ChartSuggestion = {
  readonly title: string
  readonly question: Question
  readonly chart: ChartSpec
}

type Place = { readonly bucket: string; readonly table: string }

/** At most three, the most telling first, each of another kind where the columns allow it. */
export function suggestCharts(profile: TableProfile, place: Place): readonly ChartSuggestion[] {
  if (profile.rows === 0) return []
  const columns = profile.columns.filter((column) => column.nulls < profile.rows * 0.9)
  const time = columns.find((column) => column.class === 'time' && spanDays(column) > 0)
  const names = columns.filter((column) => isCategory(column, profile.rows)).sort((a, b) => score(b) - score(a))
  const measures = columns.filter((column) => column.class === 'number' && isMeasure(column, profile.rows))
  const measure = measures[0]
  const [first, second] = names
  const candidates = [
    time === undefined ? null : countByTime(time, place),
    first === undefined ? null : countByName(first, place),
    measure === undefined || (second ?? first) === undefined ? null : averageByName(measure, second ?? first, place),
    measure === undefined ? null : spread(measure, place),
    time === undefined || measure === undefined ? null : sumByTime(time, measure, place),
    second === undefined ? null : countByName(second, place),
    countAll(place),
  ]
  return candidates.filter((candidate) => candidate !== null).slice(0, 3)
}

const dayMs = 86_400_000

function spanDays({ min, max }: ColumnProfile): number {
  const days = (Date.parse(isoOf(max)) - Date.parse(isoOf(min))) / dayMs
  return Number.isFinite(days) ? days : 0
}

/** The engine's text of a date or moment as JavaScript reads it, in UTC. */
function isoOf(text: string | null): string {
  const [day = '', clock = '00:00:00'] = (text ?? '').replace(/\+00$/, '').split(' ')
  return `${day}T${clock.slice(0, 8)}Z`
}

function stepFor(column: ColumnProfile): DateStep {
  const days = spanDays(column)
  if (days > 366 * 12) return 'year'
  if (days > 366 * 4) return 'quarter'
  if (days > 120) return 'month'
  if (days > 60) return 'week'
  return days > 3 || column.type === 'DATE' ? 'day' : 'hour'
}

function isCategory({ class: kind, distinct }: ColumnProfile, rows: number): boolean {
  if ((kind !== 'text' && kind !== 'boolean') || distinct === null) return false
  return distinct.count >= 2 && distinct.count <= 2000 && distinct.count <= rows / 3
}

/** Some categories tell more than two or than hundreds. */
function score({ distinct, nulls }: ColumnProfile): number {
  const count = distinct?.count ?? 0
  const fit = count >= 3 && count <= 30 ? 3 : count <= 200 ? 2 : 1
  return fit - (nulls > 0 ? 0.5 : 0)
}

/** Numbers that are not keys: neither named so nor all different and whole. */
function isMeasure({ name, type, distinct }: ColumnProfile, rows: number): boolean {
  if (/(^|_)(id|key|code|zip|postcode|phone|year|month|lat|latitude|lon|lng|longitude)$/i.test(name)) return false
  const count = distinct?.count ?? rows
  return count > 5 && !(/INT/.test(type) && count > rows * 0.95)
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const wordsOf = (name: string): string => name.replaceAll('_', ' ')

function ask(place: Place, parts: Partial<Question>): Question {
  return { ...place, columns: [], filters: [], groups: [], measures: [], sort: [], limit: 1000, ...parts }
}

function countByTime(time: ColumnProfile, place: Place): ChartSuggestion {
  const step = stepFor(time)
  return {
    title: `${sentence(wordsOf(place.table))} by ${step}`,
    question: ask(place, {
      groups: [{ column: time.name, step }],
      measures: [{ kind: 'count' }],
      sort: [{ by: 0, direction: 'up' }],
    }),
    chart: { kind: 'line', x: `${time.name}_${step}`, y: ['count'] },
  }
}

function sumByTime(time: ColumnProfile, measure: ColumnProfile, place: Place): ChartSuggestion {
  const step = stepFor(time)
  return {
    title: `${sentence(wordsOf(measure.name))} by ${step}`,
    question: ask(place, {
      groups: [{ column: time.name, step }],
      measures: [{ kind: 'sum', column: measure.name }],
      sort: [{ by: 0, direction: 'up' }],
    }),
    chart: { kind: 'area', x: `${time.name}_${step}`, y: [`sum_${measure.name}`] },
  }
}

function countByName(name: ColumnProfile, place: Place): ChartSuggestion {
  return {
    title: `${sentence(wordsOf(place.table))} by ${wordsOf(name.name)}`,
    question: ask(place, {
      groups: [{ column: name.name }],
      measures: [{ kind: 'count' }],
      sort: [{ by: 1, direction: 'down' }],
    }),
    chart: { kind: (name.distinct?.count ?? 0) <= 5 ? 'donut' : 'bar', x: name.name, y: ['count'] },
  }
}

function averageByName(measure: ColumnProfile, name: ColumnProfile | undefined, place: Place): ChartSuggestion | null {
  if (name === undefined) return null
  return {
    title: `Average ${wordsOf(measure.name)} by ${wordsOf(name.name)}`,
    question: ask(place, {
      groups: [{ column: name.name }],
      measures: [{ kind: 'avg', column: measure.name }],
      sort: [{ by: 1, direction: 'down' }],
      limit: 20,
    }),
    chart: { kind: 'bar', x: name.name, y: [`avg_${measure.name}`] },
  }
}

/** How a number is spread, in some twenty round bins. */
function spread(measure: ColumnProfile, place: Place): ChartSuggestion | null {
  const range = Number(measure.max) - Number(measure.min)
  if (!Number.isFinite(range) || range <= 0) return null
  const rough = range / 20
  const power = 10 ** Math.floor(Math.log10(rough))
  const wanted = ([1, 2, 5, 10].find((step) => step * power >= rough) ?? 10) * power
  const width = (/INT/.test(measure.type) ? Math.max(1, Math.round(wanted)) : wanted).toFixed(9).replace(/\.?0+$/, '')
  if (Number(width) === 0) return null
  return {
    title: `How ${wordsOf(measure.name)} is spread`,
    question: ask(place, {
      filters: [{ column: measure.name, operator: 'not_empty', values: [] }],
      groups: [{ column: measure.name, width }],
      measures: [{ kind: 'count' }],
      sort: [{ by: 0, direction: 'up' }],
    }),
    chart: {
      kind: 'column',
      x: `${measure.name}_from`,
      y: ['count'],
      most: 60,
      sort: 'name',
      xTitle: wordsOf(measure.name),
    },
  }
}

function countAll(place: Place): ChartSuggestion {
  return {
    title: `Number of ${wordsOf(place.table)}`,
    question: ask(place, { measures: [{ kind: 'count' }], limit: 1 }),
    chart: { kind: 'number', y: ['count'] },
  }
}
