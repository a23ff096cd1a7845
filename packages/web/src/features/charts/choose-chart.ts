/** The chart that a result most likely wants. A person changes it; a good first one saves most of them the trouble. */
import { readText, type ResultTable } from '@keyhold/client'
import type { ChartSpec } from '@keyhold/contract'
import { kindOfType, type ColumnKind } from '../results/column-kind.ts'

type Seen = {
  readonly name: string
  readonly kind: ColumnKind
  readonly type: string
  /** Different values among the first rows. */
  readonly distinct: number
}

/** Rows that are looked at. */
const sampleRows = 500
const mostLines = 12

/** A chart for a result; null when a table is better: nothing to measure, or nothing to measure it by. */
export function chooseChart(result: ResultTable): ChartSpec | null {
  if (result.rows === 0) return null
  const seen = result.columns.map((_, index) => look(result, index))
  const measures = seen.filter((column) => column.kind === 'number' && !namesThings(column.name))
  const first = measures[0]
  if (first === undefined) return null
  if (result.rows === 1) return chooseForOneRow(seen, measures)
  const time = seen.find((column) => column.kind === 'time')
  const names = seen.filter((column) => column.kind === 'text' || column.kind === 'boolean')
  if (time !== undefined) return chooseForTime(time, names, measures, result.rows)
  const step = measures.find((column) => isStep(column, result.rows))
  const others = measures.filter((column) => column !== step)
  const measured = others[0]
  if (step !== undefined && measured !== undefined && names.length === 0) {
    return { kind: step.distinct > 40 ? 'line' : 'column', x: step.name, y: namesOf(others) }
  }
  if (names.length > 0) return chooseForNames(names, measures, result.rows)
  const second = measures[1]
  if (second !== undefined) return { kind: 'scatter', x: first.name, y: [second.name] }
  return first.distinct > 10 ? { kind: 'histogram', x: first.name } : null
}

function look(result: ResultTable, index: number): Seen {
  const column = result.columns[index] ?? { name: '', type: '' }
  const values = new Set<string | null>()
  for (let row = 0; row < Math.min(result.rows, sampleRows); row++) values.add(readText(result, index, row))
  return { name: column.name, type: column.type, kind: kindOfType(column.type), distinct: values.size }
}

/** Numbers that are names of things are not measured. */
function namesThings(name: string): boolean {
  return /(^|_)(id|key|code|zip|postcode|phone|lat|latitude|lon|longitude)$/i.test(name)
}

/** A whole number that counts up by itself: an hour, a year, a bin. */
function isStep({ name, type, distinct }: Seen, rows: number): boolean {
  const counts = /(^|_)(year|quarter|month|week|weekday|day|hour|minute|from|bin|age|grade|rank)(_|$)/i.test(name)
  return counts && /INT|DECIMAL|DOUBLE/.test(type) && distinct >= Math.min(rows, sampleRows) * 0.9
}

const namesOf = (columns: readonly Seen[]): string[] => columns.slice(0, 3).map((column) => column.name)

function chooseForOneRow(seen: readonly Seen[], measures: readonly Seen[]): ChartSpec | null {
  if (measures.length > 2 || seen.length > measures.length) return null
  return { kind: 'number', y: namesOf(measures) }
}

function chooseForTime(time: Seen, names: readonly Seen[], measures: readonly Seen[], rows: number): ChartSpec {
  const kind = time.distinct <= 4 ? 'column' : 'line'
  const split = names.find((column) => column.distinct > 1 && column.distinct <= mostLines)
  const repeats = time.distinct < Math.min(rows, sampleRows) * 0.9
  if (split !== undefined && repeats) return { kind, x: time.name, y: namesOf(measures.slice(0, 1)), split: split.name }
  return { kind, x: time.name, y: namesOf(measures) }
}

function chooseForNames(names: readonly Seen[], measures: readonly Seen[], rows: number): ChartSpec {
  const [first, second] = names
  const one = namesOf(measures.slice(0, 1))
  const x = first?.name ?? ''
  if (first !== undefined && second !== undefined && first.distinct < Math.min(rows, sampleRows) * 0.9) {
    const many = first.distinct > 6 && second.distinct > 6
    if (many && first.distinct <= 40 && second.distinct <= 40) return { kind: 'heatmap', x, y: one, split: second.name }
    return { kind: 'column', x, y: one, split: second.name, stack: 'stacked' }
  }
  return { kind: 'bar', x, y: measures.length > 1 && rows <= 12 ? namesOf(measures) : one }
}
