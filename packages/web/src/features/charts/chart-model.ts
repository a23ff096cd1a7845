/** A chart as numbers and words, before anything is drawn: what is drawn, told in a sentence, and shown as a table. */
import type { ChartKind } from '@keyhold/contract'
import type { NumberFormat } from './format-number.ts'
import type { TimeUnit } from './format-time.ts'

export type Series = { readonly name: string; readonly values: readonly (number | null)[] }

export type Axis =
  | { readonly type: 'names'; readonly labels: readonly string[] }
  | { readonly type: 'times'; readonly instants: readonly number[]; readonly unit: TimeUnit }
  | { readonly type: 'numbers'; readonly values: readonly number[] }

type Common = {
  readonly kind: ChartKind
  readonly xTitle: string
  readonly yTitle: string
  readonly format: NumberFormat
  /** What a reader must know: categories left out, rows added up. */
  readonly notes: readonly string[]
}

/** Marks along one axis; `values` of each series are in the axis's order. */
export type CartesianModel = Common & {
  readonly shape: 'cartesian'
  readonly axis: Axis
  readonly series: readonly Series[]
  readonly stack: 'none' | 'stacked' | 'share'
}
export type PointsModel = Common & {
  readonly shape: 'points'
  /** Points as pairs, x then y. */
  readonly groups: readonly { readonly name: string; readonly points: Float64Array }[]
  /** Set where x is a time. */
  readonly unit: TimeUnit | null
}
export type PartsModel = Common & {
  readonly shape: 'parts'
  readonly parts: readonly { readonly name: string; readonly value: number }[]
  readonly total: number
}
export type NumberModel = Common & {
  readonly shape: 'number'
  readonly text: string
  /** What it is compared with; `change` is relative, null when that makes no sense. */
  readonly comparison: { readonly text: string; readonly label: string; readonly change: number | null } | null
  readonly better: 'more' | 'less' | null
  /** The way here, oldest first; empty when there is none. */
  readonly trail: readonly number[]
}
export type BinsModel = Common & {
  readonly shape: 'bins'
  /** One more than counts. */
  readonly edges: readonly number[]
  readonly counts: readonly number[]
}
export type CellsModel = Common & {
  readonly shape: 'cells'
  readonly across: readonly string[]
  readonly down: readonly string[]
  /** Across, down, value. */
  readonly cells: readonly (readonly [number, number, number])[]
}

export type DrawnModel = CartesianModel | PointsModel | PartsModel | NumberModel | BinsModel | CellsModel
/** `nothing`: the chart is right, and there is nothing to draw. `problem`: it does not fit the result. */
export type ChartModel =
  | DrawnModel
  | { readonly shape: 'nothing'; readonly message: string }
  | { readonly shape: 'problem'; readonly message: string; readonly remedy: string }
