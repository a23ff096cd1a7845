/** What was run, newest first. Pure. */
import type { ParameterValues } from './parameter-values.ts'

export type HistoryEntry = {
  readonly sql: string
  readonly values: ParameterValues
  /** ISO time. */
  readonly at: string
  readonly milliseconds: number
  /** Rows of the result; null when it was refused. */
  readonly rows: number | null
  readonly code: string | null
}

const mostEntries = 200

/** The history with a new entry in front; the same SQL run again moves there instead of standing twice in a row. */
export function noteRun(history: readonly HistoryEntry[], entry: HistoryEntry): readonly HistoryEntry[] {
  const rest = history[0]?.sql === entry.sql ? history.slice(1) : history
  return [entry, ...rest].slice(0, mostEntries)
}
