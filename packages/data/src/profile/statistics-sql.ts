/** First question of a profile: one row with what a single pass over the table can tell of each column. */
import type { TableColumn } from '../engine/index.ts'
import { quoteName } from '../engine/process/sql-text.ts'
import { classOf, isFloat, isInstant, isInteger } from './column-class.ts'

/** What is known of a column after the first pass; text as the engine writes it. */
export type Statistics = {
  readonly nulls: number
  readonly distinct: number
  readonly min: string | null
  readonly max: string | null
  readonly mean: string | null
  readonly median: string | null
  readonly shortest: { length: number; value: string } | null
  readonly longest: { length: number; value: string } | null
  /** Microseconds since 1970 of min and max, of dates and timestamps. */
  readonly span: { low: bigint; high: bigint } | null
}

const slots = 12
const exactDoubles = '9007199254740992'

/** One row: the count of rows, then 12 cells a column. */
export function buildStatisticsSql(table: string, columns: readonly TableColumn[]): string {
  const cells = columns.flatMap((column) => describe(column))
  return `SELECT ${['count(*)', ...cells].map((cell) => `CAST(${cell} AS VARCHAR)`).join(', ')} FROM ${table}`
}

export function readStatistics(row: readonly (string | null)[], index: number): Statistics {
  const cells = row.slice(1 + index * slots, 1 + (index + 1) * slots)
  const [nulls, distinct, min, max, mean, median, shortLength, short, longLength, long, low, high] = cells
  return {
    nulls: Number(nulls ?? 0),
    distinct: Number(distinct ?? 0),
    min: min ?? null,
    max: max ?? null,
    mean: mean ?? null,
    median: median ?? null,
    shortest: readLength(shortLength, short),
    longest: readLength(longLength, long),
    span: low && high ? { low: BigInt(low), high: BigInt(high) } : null,
  }
}

/** Text for people: at most 200 characters. */
export const cutText = (value: string) =>
  `CASE WHEN length(${value}) > 200 THEN left(${value}, 199) || '…' ELSE ${value} END`

function readLength(length: string | null | undefined, value: string | null | undefined) {
  return length && value !== null && value !== undefined ? { length: Number(length), value } : null
}

function describe({ name, type }: TableColumn): string[] {
  const value = quoteName(name)
  const kind = classOf(type)
  const counted = [`count(*) - count(${value})`, kind === 'other' ? 'NULL' : `approx_count_distinct(${value})`]
  const finite = isFloat(type) || isInstant(type) ? ` FILTER (isfinite(${value}))` : ''
  const ordered = kind === 'number' || kind === 'time' || kind === 'boolean'
  const range = ordered ? [`min(${value})${finite}`, `max(${value})${finite}`] : ['NULL', 'NULL']
  const middle =
    kind === 'number' ? [`avg(${summable(value, type)})${finite}`, median(value, type, finite)] : ['NULL', 'NULL']
  return [...counted, ...range, ...middle, ...lengths(value, kind === 'text'), ...span(value, type)]
}

/** Sums of the widest types do not fit into their own type. */
function summable(value: string, type: string): string {
  return isWide(type) ? `CAST(${value} AS DOUBLE)` : value
}

function isWide(type: string): boolean {
  return type.endsWith('HUGEINT') || Number(/^DECIMAL\((\d+)/.exec(type)?.[1] ?? 0) > 18
}

/** Between two values; where that would lose digits it is one of the values. */
function median(value: string, type: string, finite: string): string {
  if (!isInteger(type) && isWide(type)) return `quantile_disc(${value}, 0.5)`
  if (!isInteger(type)) return `median(${value})${finite}`
  const between = `CAST(median(CAST(${value} AS DOUBLE)) AS VARCHAR)`
  const large = `greatest(abs(max(${value})::DOUBLE), abs(min(${value})::DOUBLE)) > ${exactDoubles}`
  return `CASE WHEN ${large} THEN CAST(quantile_disc(${value}, 0.5) AS VARCHAR) ELSE ${between} END`
}

function lengths(value: string, isText: boolean): string[] {
  if (!isText) return ['NULL', 'NULL', 'NULL', 'NULL']
  const text = `CAST(${value} AS VARCHAR)`
  const [shortest, longest] = [`arg_min(${text}, length(${text}))`, `arg_max(${text}, length(${text}))`]
  return [`min(length(${text}))`, cutText(shortest), `max(length(${text}))`, cutText(longest)]
}

function span(value: string, type: string): string[] {
  if (!isInstant(type)) return ['NULL', 'NULL']
  const at = `epoch_us(TRY_CAST(${value} AS TIMESTAMP))`
  return ['min', 'max'].map((pick) => `${pick}(${at}) FILTER (isfinite(${value}))`)
}
