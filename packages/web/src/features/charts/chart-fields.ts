/** What can be chosen for each kind of chart. */
import type { ChartKind } from '@keyhold/contract'

type Fields = {
  /** Labels of the columns that it takes; null where it takes none. */
  readonly x: string | null
  readonly y: string | null
  readonly split: string | null
  /** Most columns that are measured. */
  readonly measures: number
  readonly stack: boolean
  readonly order: boolean
  readonly most: boolean
  readonly axis: boolean
}

const bars: Fields = {
  x: 'Category',
  y: 'Measured',
  split: 'Series',
  measures: 8,
  stack: true,
  order: true,
  most: true,
  axis: true,
}
const lines: Fields = { ...bars, x: 'Axis', order: false, most: false }
const parts: Fields = { ...bars, split: null, measures: 1, x: 'Parts', stack: false, order: false, axis: false }

const fields: Readonly<Record<ChartKind, Fields>> = {
  column: bars,
  bar: bars,
  line: lines,
  area: lines,
  scatter: { ...lines, x: 'Across', y: 'Up', split: 'Colour', measures: 1, stack: false },
  pie: parts,
  donut: parts,
  number: { ...parts, x: 'In order of', y: 'Number, and what to compare', measures: 2, most: false },
  histogram: { ...parts, x: 'Number', y: null, most: false },
  heatmap: { ...parts, x: 'Across', y: 'Colour', split: 'Down', most: false },
}

export function fieldsOf(kind: ChartKind): Fields {
  return fields[kind]
}

/** Without what is not set: a spec holds no undefined members. */
export function withoutEmpty<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}
