/** A filter as callers give it, as the store takes it. */
import type { CallInput } from '@keyhold/contract'
import type { EntryFilter } from './store.ts'

type Asked = Omit<CallInput<'exportEntries'>['query'], 'format'>

/** Everything of a filter but the range of indices. */
export function narrow({
  action,
  outcome,
  actor,
  project,
  text,
  since,
  until,
}: Asked): Omit<EntryFilter, 'from' | 'below' | 'limit'> {
  const words = (text ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return {
    ...(action !== undefined && { action }),
    ...(outcome !== undefined && { outcome }),
    ...(actor !== undefined && { actor }),
    ...(project !== undefined && { project }),
    ...(words.length > 0 && { words }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  }
}
