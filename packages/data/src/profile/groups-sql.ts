/** Second question of a profile: the most frequent values and the bins, from the values counted once. */
import type { TableColumn } from '../engine/index.ts'
import { quoteName } from '../engine/process/sql-text.ts'
import { isFloat, isInstant } from './column-class.ts'
import type { Bins } from './number-bins.ts'
import { cutText } from './statistics-sql.ts'

/** A column to be looked at more closely. `counted`: few enough different values to count each. */
export type GroupedColumn = TableColumn & {
  readonly index: number
  readonly counted: boolean
  readonly bins: Bins | undefined
}

/** Rows of: index of the column, `distinct`, `top` or `bin`, value or bin, count. */
export function buildGroupsSql(table: string, columns: readonly GroupedColumn[]): string {
  const groups = columns.filter(({ counted }) => counted)
  const tables = groups.map(({ index, name }) => {
    const value = quoteName(name)
    const values = `SELECT ${value} AS v, count(*) AS n FROM ${table} WHERE ${value} IS NOT NULL GROUP BY ${value}`
    return `g${index} AS MATERIALIZED (${values})`
  })
  const parts = columns.flatMap((column) => [
    ...(column.counted ? countParts(column) : []),
    ...(column.bins ? [binPart(table, column, column.bins)] : []),
  ])
  return `${tables.length > 0 ? `WITH ${tables.join(',\n')}\n` : ''}${parts.join('\nUNION ALL\n')}`
}

function countParts({ index }: GroupedColumn): string[] {
  const text = 'CAST(v AS VARCHAR)'
  const top = `SELECT v, n FROM g${index} ORDER BY n DESC, v LIMIT 10`
  return [
    `SELECT '${index}', 'distinct', NULL, CAST(count(*) AS VARCHAR) FROM g${index}`,
    `SELECT '${index}', 'top', ${cutText(text)}, CAST(n AS VARCHAR) FROM (${top})`,
  ]
}

function binPart(table: string, { index, name, type, counted }: GroupedColumn, bins: Bins): string {
  const from = counted ? `g${index}` : `(SELECT ${quoteName(name)} AS v, 1 AS n FROM ${table})`
  const finite = isFloat(type) || isInstant(type) ? 'isfinite(v)' : 'v IS NOT NULL'
  const binned = `SELECT ${bins.expression('v')} AS bin, n FROM ${from} WHERE ${finite}`
  return (
    `SELECT '${index}', 'bin', CAST(CAST(bin AS BIGINT) AS VARCHAR), CAST(sum(n) AS VARCHAR) ` +
    `FROM (${binned}) WHERE bin IS NOT NULL GROUP BY bin`
  )
}
