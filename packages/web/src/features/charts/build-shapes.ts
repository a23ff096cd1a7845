/** Scatter, parts, big numbers, histograms and heat maps. */
import { otherName, restNote } from './build-cartesian.ts'
import type { BuildInput } from './build-chart.ts'
import type { BinsModel, CellsModel, ChartModel, NumberModel, PartsModel, PointsModel } from './chart-model.ts'
import { addsUp, type SourceColumn } from './chart-source.ts'
import { groupDigits } from './format-number.ts'
import { findTimeUnit, formatInstant } from './format-time.ts'

const nothing = (message: string): ChartModel => ({ shape: 'nothing', message })

function commonOf({ spec, x, y, format }: BuildInput, notes: string[]) {
  return {
    kind: spec.kind,
    xTitle: spec.xTitle ?? x?.title ?? '',
    yTitle: spec.yTitle ?? y[0]?.title ?? '',
    format,
    notes,
  }
}

export function buildPoints(input: BuildInput): ChartModel {
  const { source, x, y, split } = input
  const measure = y[0]
  if (x === null || measure === undefined) return nothing('')
  const readX = x.kind === 'time' ? x.instant : x.number
  const groups = new Map<string, number[]>()
  for (let row = 0; row < source.rows; row++) {
    const across = readX(row)
    const up = measure.number(row)
    if (across === null || up === null) continue
    const name = split?.label(row) ?? measure.title
    const points = groups.get(name) ?? []
    points.push(across, up)
    groups.set(name, points)
  }
  if (groups.size === 0) return nothing('No row has both values.')
  const sorted = [...groups].sort(([, a], [, b]) => b.length - a.length)
  const rest = sorted.slice(8)
  const notes = rest.length === 0 || split === null ? [] : [restNote(rest.length, split.title, false)]
  return {
    shape: 'points',
    ...commonOf(input, notes),
    groups: sorted.slice(0, 8).map(([name, points]) => ({ name, points: new Float64Array(points) })),
    unit: x.kind === 'time' ? findTimeUnit(everySecond(sorted[0]?.[1] ?? [])) : null,
  } satisfies PointsModel
}

const everySecond = (values: readonly number[]): number[] => values.filter((_, index) => index % 2 === 0)

export function buildParts(input: BuildInput): ChartModel {
  const { spec, source, x, y } = input
  const measure = y[0]
  if (x === null || measure === undefined) return nothing('')
  const sums = new Map<string, number>()
  for (let row = 0; row < source.rows; row++) {
    const value = measure.number(row)
    if (value === null) continue
    if (value < 0) {
      return {
        shape: 'problem',
        message: `${measure.title} has negative values, which cannot be parts of a whole.`,
        remedy: 'Choose bars instead.',
      }
    }
    sums.set(x.label(row), (sums.get(x.label(row)) ?? 0) + value)
  }
  const total = [...sums.values()].reduce((sum, value) => sum + value, 0)
  if (total === 0) return nothing('All parts are zero.')
  const sorted = [...sums].sort(([, a], [, b]) => b - a)
  const most = spec.most ?? 7
  const kept = sorted.length <= most ? sorted : sorted.slice(0, most - 1)
  const rest = sorted.slice(kept.length)
  const parts = kept.map(([name, value]) => ({ name: spec.names?.[name] ?? name, value }))
  if (rest.length > 0) parts.push({ name: otherName, value: rest.reduce((sum, [, value]) => sum + value, 0) })
  const notes = rest.length === 0 ? [] : [restNote(rest.length, x.title, true)]
  return { shape: 'parts', ...commonOf(input, notes), parts, total } satisfies PartsModel
}

/** Text of a value as it is, every digit, unless a style says how. */
function exactText(input: BuildInput, column: SourceColumn, row: number): string {
  const exact = column.exact(row)
  if (exact === null) return '–'
  const value = column.number(row)
  if (value === null) return exact
  const plain = input.spec.numbers?.scale === undefined && input.spec.numbers?.decimals === undefined
  const { prefix = '', suffix = '' } = input.spec.numbers ?? {}
  if (!plain || column.kind !== 'number' || /[.e]\d{5,}/.test(exact)) return input.format.full(value)
  return `${prefix}${groupDigits(exact.replace(/^(-?\d+)\.0$/, '$1'))}${suffix}`
}

export function buildNumber(input: BuildInput): ChartModel {
  const { spec, source, x, y } = input
  const [measure, against] = y
  if (measure === undefined) return nothing('')
  const order = rowsInOrder(source.rows, x)
  const last = order.at(-1) ?? 0
  const before = order.at(-2)
  return {
    shape: 'number',
    ...commonOf(input, []),
    text: exactText(input, measure, last),
    comparison:
      against !== undefined
        ? compare(input, measure, last, against, last, against.title)
        : x !== null && before !== undefined
          ? compare(input, measure, last, measure, before, placeName(x, source.rows, before))
          : null,
    better: spec.better ?? null,
    trail: x === null ? [] : order.slice(-60).flatMap((row) => measure.number(row) ?? []),
  } satisfies NumberModel
}

/** A row's place on the axis, as precisely as the axis is. */
function placeName(x: SourceColumn, rows: number, row: number): string {
  const instant = x.instant(row)
  if (instant === null) return x.label(row)
  const instants = Array.from({ length: rows }, (_, index) => x.instant(index) ?? instant)
  return formatInstant(instant, findTimeUnit(instants))
}

function rowsInOrder(rows: number, x: SourceColumn | null): number[] {
  const order = Array.from({ length: rows }, (_, row) => row)
  if (x?.kind !== 'time') return order
  return order.sort((a, b) => (x.instant(a) ?? -Infinity) - (x.instant(b) ?? -Infinity))
}

function compare(
  input: BuildInput,
  measure: SourceColumn,
  row: number,
  against: SourceColumn,
  againstRow: number,
  label: string,
): NumberModel['comparison'] {
  const now = measure.number(row)
  const then = against.number(againstRow)
  const change = now === null || then === null || then <= 0 ? null : (now - then) / then
  return { text: exactText(input, against, againstRow), label, change }
}

export function buildBins(input: BuildInput): ChartModel {
  const { spec, source, x } = input
  if (x === null) return nothing('')
  const values: number[] = []
  for (let row = 0; row < source.rows; row++) {
    const value = x.number(row)
    if (value !== null) values.push(value)
  }
  if (values.length === 0) return nothing(`No row has a value of ${x.title}.`)
  const edges = findEdges(values, spec.bins)
  const first = edges[0] ?? 0
  const width = (edges[1] ?? 1) - first
  const counts = Array.from({ length: edges.length - 1 }, () => 0)
  for (const value of values) {
    const bin = Math.min(counts.length - 1, Math.max(0, Math.floor((value - first) / width + 1e-9)))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  const empty = source.rows - values.length
  const notes = empty === 0 ? [] : [`${empty.toLocaleString('en-US')} rows have no value.`]
  return { shape: 'bins', ...commonOf(input, notes), yTitle: spec.yTitle ?? 'Rows', edges, counts } satisfies BinsModel
}

/** Round edges around all values, some `wanted` of them (Sturges' rule when not said). */
function findEdges(
  values: readonly number[],
  wanted = Math.min(40, Math.ceil(Math.log2(values.length)) + 4),
): number[] {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  if (low === high) return [low - 0.5, low + 0.5]
  const rough = (high - low) / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const width = ([1, 2, 2.5, 5, 10].find((step) => step * power >= rough * 0.75) ?? 10) * power
  const first = Math.floor(low / width)
  const count = Math.max(1, Math.floor(high / width + 1e-9) - first + 1)
  return Array.from({ length: count + 1 }, (_, index) => Number(((first + index) * width).toPrecision(12)))
}

const mostCells = 60

export function buildCells(input: BuildInput): ChartModel {
  const { source, x, y, split } = input
  const measure = y[0]
  if (x === null || measure === undefined || split === null) return nothing('')
  const sums = new Map<string, number>()
  for (let row = 0; row < source.rows; row++) {
    const value = measure.number(row)
    if (value === null) continue
    const key = JSON.stringify([x.label(row), split.label(row)])
    sums.set(key, (sums.get(key) ?? 0) + value)
  }
  if (sums.size === 0) return nothing(`No row has a value of ${measure.title}.`)
  const pairs = [...sums].map(([key, value]) => [...(JSON.parse(key) as [string, string]), value] as const)
  const across = orderLabels(x, [...new Set(pairs.map(([label]) => label))])
  const down = orderLabels(split, [...new Set(pairs.map(([, label]) => label))])
  const places = new Map(across.slice(0, mostCells).map((label, index) => [label, index]))
  const rows = new Map(down.slice(0, mostCells).map((label, index) => [label, index]))
  const cells = pairs.flatMap(([a, d, value]) => {
    const place = places.get(a)
    const row = rows.get(d)
    return place === undefined || row === undefined ? [] : [[place, row, value] as const]
  })
  const notes = [
    ...(across.length > mostCells ? [restNote(across.length - mostCells, x.title, false)] : []),
    ...(down.length > mostCells ? [restNote(down.length - mostCells, split.title, false)] : []),
    ...(source.rows > sums.size && !addsUp(measure.name) ? ['Rows of the same place are added up.'] : []),
  ]
  return {
    shape: 'cells',
    ...commonOf(input, notes),
    across: [...places.keys()],
    down: [...rows.keys()],
    cells,
  } satisfies CellsModel
}

/** Numbers and times by value (their texts order so), names as the result has them. */
function orderLabels(column: SourceColumn, labels: string[]): string[] {
  if (column.kind === 'number') return labels.sort((a, b) => Number(a) - Number(b))
  return column.kind === 'time' ? labels.sort() : labels
}
