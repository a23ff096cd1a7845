/** The filter of the log as the address's fragment has it. */
import type { LogFilter } from './log-book.ts'

export type Fragment = Readonly<Record<string, string>>

/** Spans before now, by what the fragment says; milliseconds. */
export const spans = [
  { value: 'hour', label: 'Last hour', milliseconds: 3_600_000 },
  { value: 'day', label: 'Last 24 hours', milliseconds: 86_400_000 },
  { value: 'week', label: 'Last 7 days', milliseconds: 7 * 86_400_000 },
] as const

/** Reads the filter; what is not understood is left out. */
export function readFilter(state: Fragment, now: number): LogFilter {
  const span = spans.find(({ value }) => value === state['since'])
  return {
    text: state['q'] ?? '',
    action: state['action'] ?? null,
    outcome: state['outcome'] ?? null,
    actor: state['actor'] ?? null,
    object: state['object'] ?? null,
    since: span === undefined ? null : now - span.milliseconds,
    until: null,
    routine: state['routine'] === 'shown',
  }
}
