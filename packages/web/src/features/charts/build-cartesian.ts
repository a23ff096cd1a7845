/** Columns, bars, lines and areas: one axis, one or more series. */
import type { BuildInput } from './build-chart.ts'
import type { Axis, CartesianModel, ChartModel, Series } from './chart-model.ts'
import { addsUp, type SourceColumn } from './chart-source.ts'
import { fillInstants, findTimeUnit } from './format-time.ts'

type Key = string | number
/** Values by key of the axis, for each series by name. */
type Grid = Map<string, Map<Key, number>>

/** Name of what has no place of its own. */
export const otherName = 'Other'
const mostSeries = 8
/** Lines read as numbers when the axis has numbers; bars name each number. */
const continuous = new Set(['line', 'area'])

export function buildCartesian(input: BuildInput): ChartModel {
  const { spec, x, y } = input
  if (x === null) return { shape: 'nothing', message: '' }
  const readKey = keyReader(x)
  const { grid, added } = collect(input, x, readKey)
  const notes = added ? [`Rows with the same ${x.title} are added up.`] : []
  const series = limitSeries(grid, spec.most, input, notes)
  const keys = orderKeys(input, x, series, notes)
  const axis = buildAxis(input, x, keys)
  const places: readonly Key[] = axis.type === 'names' ? keys : axis.type === 'times' ? axis.instants : axis.values
  const values: Series[] = [...series].map(([name, byKey]) => ({
    name,
    values: places.map((key) => byKey.get(key) ?? null),
  }))
  if (places.length === 0) return { shape: 'nothing', message: `No row has a value of ${x.title}.` }
  return {
    shape: 'cartesian',
    kind: spec.kind,
    axis,
    series: values,
    stack: spec.stack ?? 'none',
    xTitle: spec.xTitle ?? x.title,
    yTitle: spec.yTitle ?? (y.length === 1 ? (y[0]?.title ?? '') : ''),
    format: input.format,
    notes,
  } satisfies CartesianModel
}

/** Times are read as instants, so that their order and gaps are known; everything else by its name. */
function keyReader(x: SourceColumn): (row: number) => Key | null {
  if (x.kind === 'time') return x.instant
  if (x.kind === 'number') return x.number
  return x.label
}

function collect(
  { source, y, split, spec }: BuildInput,
  x: SourceColumn,
  readKey: (row: number) => Key | null,
): { grid: Grid; added: boolean } {
  const grid: Grid = new Map()
  const measures = split === null ? y : y.slice(0, 1)
  let added = false
  for (const measure of measures) if (split === null) grid.set(measure.title, new Map())
  for (let row = 0; row < source.rows; row++) {
    const key = readKey(row)
    if (key === null) continue
    for (const measure of measures) {
      const value = measure.number(row)
      if (value === null) continue
      const name = split === null ? measure.title : (spec.names?.[split.label(row)] ?? split.label(row))
      const series = grid.get(name) ?? new Map<Key, number>()
      const before = series.get(key)
      if (before !== undefined) added = true
      series.set(key, (before ?? 0) + value)
      grid.set(name, series)
    }
  }
  return { grid, added }
}

const sumOf = (series: ReadonlyMap<Key, number>): number => {
  let sum = 0
  for (const value of series.values()) sum += value
  return sum
}

/** The largest series; the rest as one, where their values add up, else left out and said so. */
function limitSeries(grid: Grid, most: number | undefined, { spec, y, split }: BuildInput, notes: string[]): Grid {
  const limit = Math.min(spec.kind === 'bar' || spec.kind === 'column' ? mostSeries : (most ?? mostSeries), 12)
  if (split === null || grid.size <= limit) return grid
  const sorted = [...grid].sort(([, a], [, b]) => sumOf(b) - sumOf(a))
  const kept = new Map(sorted.slice(0, limit - 1))
  const rest = sorted.slice(limit - 1)
  if (addsUp(y[0]?.name ?? '')) kept.set(otherName, addAll(rest.map(([, series]) => series)))
  notes.push(restNote(rest.length, split.title, kept.has(otherName)))
  return kept
}

function addAll(all: readonly ReadonlyMap<Key, number>[]): Map<Key, number> {
  const sum = new Map<Key, number>()
  for (const series of all) for (const [key, value] of series) sum.set(key, (sum.get(key) ?? 0) + value)
  return sum
}

export function restNote(count: number, title: string, summed: boolean): string {
  const what = `${count.toLocaleString('en-US')} further values of ${title}`
  return summed ? `“${otherName}” is ${what}.` : `${what} are not shown.`
}

/** Keys in the order of the axis. May put the smallest categories of all series together as "Other". */
function orderKeys({ spec, y }: BuildInput, x: SourceColumn, series: Grid, notes: string[]): readonly Key[] {
  const keys = [...new Set([...series.values()].flatMap((values) => [...values.keys()]))]
  if (x.kind === 'time' || (x.kind === 'number' && spec.sort !== 'value')) {
    return keys.sort((a, b) => Number(a) - Number(b))
  }
  const totals = addAll([...series.values()])
  const order = spec.sort ?? (spec.kind === 'bar' ? 'value' : 'result')
  if (order === 'value') keys.sort((a, b) => (totals.get(b) ?? 0) - (totals.get(a) ?? 0))
  if (order === 'name') keys.sort((a, b) => String(a).localeCompare(String(b), 'en', { numeric: true }))
  const most = spec.most ?? (spec.kind === 'bar' ? 20 : 40)
  if (keys.length <= most || continuous.has(spec.kind)) return keys
  const largest = new Set([...keys].sort((a, b) => (totals.get(b) ?? 0) - (totals.get(a) ?? 0)).slice(0, most - 1))
  const rest = keys.filter((key) => !largest.has(key))
  const summed = addsUp(y[0]?.name ?? '')
  notes.push(restNote(rest.length, x.title, summed))
  const kept = keys.filter((key) => largest.has(key))
  if (!summed) return kept
  for (const values of series.values()) {
    const sum = rest.reduce<number>((total, key) => total + (values.get(key) ?? 0), 0)
    values.set(otherName, (largest.has(otherName) ? (values.get(otherName) ?? 0) : 0) + sum)
  }
  return largest.has(otherName) ? kept : [...kept, otherName]
}

function buildAxis({ spec }: BuildInput, x: SourceColumn, keys: readonly Key[]): Axis {
  if (x.kind === 'time') {
    const instants = keys.map(Number)
    const unit = findTimeUnit(instants)
    return { type: 'times', unit, instants: continuous.has(spec.kind) ? instants : fillInstants(instants, unit) }
  }
  if (x.kind === 'number' && continuous.has(spec.kind)) return { type: 'numbers', values: keys.map(Number) }
  return { type: 'names', labels: keys.map((key) => spec.names?.[String(key)] ?? String(key)) }
}
