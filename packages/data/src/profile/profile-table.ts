/** A table's profile, by two questions to an engine that has its files. */
import type { ColumnProfile, TableProfile } from '@keyhold/contract'
import type { Engine, Limits, TableColumn, TableInput, TextRows } from '../engine/index.ts'
import { quoteName } from '../engine/process/sql-text.ts'
import { classOf, isInstant, isInteger } from './column-class.ts'
import { buildGroupsSql, type GroupedColumn } from './groups-sql.ts'
import { planIntegerBins, planRealBins, type Bins } from './number-bins.ts'
import { buildStatisticsSql, readStatistics, type Statistics } from './statistics-sql.ts'
import { planTimeBins } from './time-bins.ts'

/** Columns asked for at a time: an engine holds what it counts in memory. */
const columnsAtOnce = 20
/** So many different values are counted, else estimated: counting nearly as many as there are rows takes longest. */
const alwaysCounted = 100_000
const mostCounted = 1_000_000
const smallTable = 200_000
/** Values of numbers and times are listed up to so many different ones. */
const fewValues = 50

type Described = { readonly column: TableColumn; readonly statistics: Statistics }
type Groups = { distinct?: number; top: { value: string; count: number }[]; bins: Map<number, number> }

/** @throws `engine.` codes */
export async function profileTable(
  engine: Pick<Engine, 'readRows'>,
  input: TableInput & { readonly columns: readonly TableColumn[] },
  limits: Limits,
  signal: AbortSignal,
): Promise<TableProfile> {
  const table = `${quoteName(input.bucket)}.${quoteName(input.table)}`
  const ask = (sql: string) => engine.readRows({ tables: [input], sql, limits }, signal)
  let rows = 0
  const columns: ColumnProfile[] = []
  for (let at = 0; at < input.columns.length; at += columnsAtOnce) {
    const some = input.columns.slice(at, at + columnsAtOnce)
    const [row = []] = await ask(buildStatisticsSql(table, some))
    rows = Number(row[0] ?? 0)
    const described = some.map((column, index) => ({ column, statistics: readStatistics(row, index) }))
    columns.push(...(await describeColumns(described, { table, rows }, ask)))
  }
  return { rows, columns }
}

/** The profile of a table without rows. */
export function describeEmpty(columns: readonly TableColumn[]): TableProfile {
  const statistics = readStatistics([], 0)
  return { rows: 0, columns: columns.map((column) => describeColumn({ column, statistics }, undefined, undefined)) }
}

async function describeColumns(
  described: readonly Described[],
  { table, rows }: { readonly table: string; readonly rows: number },
  ask: (sql: string) => Promise<TextRows>,
): Promise<ColumnProfile[]> {
  const bins = described.map(planBins)
  const grouped = described.flatMap(({ column, statistics }, index): GroupedColumn[] => {
    const counted = classOf(column.type) !== 'other' && isCounted(statistics.distinct, rows)
    return counted || bins[index] ? [{ ...column, index, counted, bins: bins[index] }] : []
  })
  const groups = readGroups(grouped.length === 0 ? [] : await ask(buildGroupsSql(table, grouped)))
  return described.map((one, index) => describeColumn(one, groups.get(index), bins[index]))
}

function isCounted(distinct: number, rows: number): boolean {
  return rows <= smallTable || distinct <= alwaysCounted || (distinct <= rows / 2 && distinct <= mostCounted)
}

function planBins({ column: { type }, statistics: { min, max, span } }: Described): Bins | undefined {
  if (min === null || max === null) return undefined
  if (isInstant(type)) return span ? planTimeBins(span.low, span.high, type) : undefined
  if (classOf(type) !== 'number') return undefined
  return isInteger(type) ? planIntegerBins(BigInt(min), BigInt(max)) : planRealBins(Number(min), Number(max))
}

function readGroups(rows: TextRows): Map<number, Groups> {
  const groups = new Map<number, Groups>()
  for (const [index, kind, value, count] of rows) {
    const known = groups.get(Number(index)) ?? { top: [], bins: new Map<number, number>() }
    groups.set(Number(index), known)
    if (kind === 'distinct') known.distinct = Number(count)
    else if (kind === 'top') known.top.push({ value: value ?? '', count: Number(count) })
    else known.bins.set(Number(value), Number(count))
  }
  return groups
}

function describeColumn(
  { column, statistics }: Described,
  groups: Groups | undefined,
  bins: Bins | undefined,
): ColumnProfile {
  const { name, type } = column
  const kind = classOf(type)
  const { nulls, min, max, mean, median, shortest, longest } = statistics
  const count = groups?.distinct ?? statistics.distinct
  const listed = kind === 'text' || kind === 'boolean' || count <= fewValues
  return {
    name,
    type,
    class: kind,
    nulls,
    distinct: kind === 'other' ? null : { count, exact: groups?.distinct !== undefined || count === 0 },
    min,
    max,
    mean,
    median,
    shortest,
    longest,
    top: listed ? (groups?.top ?? []).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)) : [],
    histogram: describeBins(groups, bins),
  }
}

function describeBins(groups: Groups | undefined, bins: Bins | undefined): ColumnProfile['histogram'] {
  if (!bins) return []
  return bins.edges.slice(0, -1).map((from, index) => ({
    from,
    to: bins.edges[index + 1] ?? from,
    count: groups?.bins.get(index) ?? 0,
  }))
}
