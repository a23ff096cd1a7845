/** What a column is good for, by the engine's name of its type. */
import { readCell, type ResultTable } from '@keyhold/client'

export type ColumnKind = 'number' | 'time' | 'boolean' | 'text' | 'other'

/** `time` is a date or a moment; times of day, intervals and nested values are `other`, JSON is `text`. */
export function kindOfType(type: string): ColumnKind {
  if (type.endsWith(']')) return 'other'
  const head = /^[A-Z_"]+/.exec(type)?.[0] ?? ''
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL|BIGNUM)$/.test(head)) return 'number'
  if (/^(DATE|TIMESTAMP(_S|_MS|_NS)?)$/.test(head)) return 'time'
  if (head === 'BOOLEAN') return 'boolean'
  return /^(VARCHAR|UUID|ENUM|JSON)$/.test(head) ? 'text' : 'other'
}

/** Milliseconds in one unit of the stored integer; texts are parsed. */
const unitMs: Readonly<Record<string, number>> = {
  DATE: 86_400_000,
  TIMESTAMP: 1e-3,
  TIMESTAMP_MS: 1,
  TIMESTAMP_NS: 1e-6,
  'TIMESTAMP WITH TIME ZONE': 1e-3,
}

/** What JavaScript's Date can hold, in milliseconds around 1970; infinity lies beyond. */
const farthest = 8.64e15

/** Reads a date or moment as milliseconds since 1970-01-01 UTC; null for NULL, infinity and other types. */
export function instantReader(result: ResultTable, column: number): (row: number) => number | null {
  const vector = result.vectors[column]
  const type = result.columns[column]?.type ?? ''
  if (vector === undefined || kindOfType(type) !== 'time') return () => null
  const unit = unitMs[type] ?? 1
  return (row) => {
    const cell = readCell(vector, row)
    if (cell === null || typeof cell === 'boolean' || cell instanceof Uint8Array) return null
    const instant = typeof cell === 'string' ? Date.parse(`${cell.replace(' ', 'T')}Z`) : Number(cell) * unit
    return Math.abs(instant) <= farthest ? instant : null
  }
}
