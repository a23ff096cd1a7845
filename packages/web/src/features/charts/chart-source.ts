/** A result as charts read it: by column name, values as numbers, instants or labels. */
import { formatOf, readCell, readNumber, readText, type ResultTable } from '@keyhold/client'
import type { ChartSpec } from '@keyhold/contract'
import { instantReader, kindOfType, type ColumnKind } from '../results/column-kind.ts'

export type SourceColumn = {
  readonly name: string
  /** Its name for people. */
  readonly title: string
  readonly kind: ColumnKind
  readonly number: (row: number) => number | null
  readonly instant: (row: number) => number | null
  /** A name for the value, also for NULL and for the empty text. */
  readonly label: (row: number) => string
  /** The engine's own text, every digit; null for NULL. */
  readonly exact: (row: number) => string | null
}

export type ChartSource = {
  readonly rows: number
  /** Rows of the result beyond those that are drawn. */
  readonly left: number
  /** null when the result has no such column. */
  readonly find: (name: string | undefined) => SourceColumn | null
}

/** More rows than this are no chart but a wait: drawing reads the first ones and says so. */
const mostRows = 100_000

const noValue = '(no value)'
const emptyText = '(empty)'

/** Opens a result for drawing with that spec's names. */
export function openSource(result: ResultTable, spec: Pick<ChartSpec, 'names'>, most = mostRows): ChartSource {
  const rows = Math.min(result.rows, most)
  return {
    rows,
    left: result.rows - rows,
    find: (name) => {
      const index = result.columns.findIndex((column) => column.name === name)
      return index === -1 ? null : openColumn(result, index, spec)
    },
  }
}

function openColumn(result: ResultTable, index: number, spec: Pick<ChartSpec, 'names'>): SourceColumn {
  const column = result.columns[index]
  const vector = result.vectors[index]
  if (column === undefined || vector === undefined) throw new RangeError(`There is no column ${index}`)
  const kind = kindOfType(column.type)
  const format = formatOf(column)
  const drawable = kind === 'number' || kind === 'boolean'
  return {
    name: column.name,
    title: spec.names?.[column.name] ?? titleOf(column.name),
    kind,
    number: drawable ? (row) => finite(readNumber(vector, row)) : () => null,
    instant: instantReader(result, index),
    label: (row) => {
      const cell = readCell(vector, row)
      if (cell === null) return noValue
      return format.text(cell) || emptyText
    },
    exact: (row) => readText(result, index, row),
  }
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null
}

/** What the engine names by itself is made readable: `count_star()` is a count. */
function titleOf(name: string): string {
  return name === 'count_star()' ? 'count' : name
}

/** Whether adding up values of a column named so makes sense; averages and shares do not add up. */
export function addsUp(name: string): boolean {
  return !/\b(avg|average|mean|median|min|max|minimum|maximum|rate|ratio|share|percent|percentage|pct|quantile|stddev|age)\b/i.test(
    name.replaceAll('_', ' '),
  )
}
