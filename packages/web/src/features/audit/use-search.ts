import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { readFilter, type Fragment } from './audit-filter.ts'
import type { Names } from './describe-entry.ts'
import type { SearchAnswer } from './log-messages.ts'
import { searchLog, tellNames, useLogState } from './log-worker.ts'

/** The entries that match, kept up to date as the log grows and one types; null until the first are there. */
export function useSearch(fragment: Fragment, names: Names): SearchAnswer | null {
  const { length } = useLogState()
  const { entry: _entry, ...filter } = fragment
  const [settled] = useDebouncedValue(JSON.stringify(filter), 120)
  const { data } = useQuery({
    queryKey: ['log-search', settled, length, [...names]],
    queryFn: () => {
      tellNames(names)
      return searchLog(readFilter(JSON.parse(settled) as Fragment, Date.now()))
    },
    enabled: length > 0,
    placeholderData: keepPreviousData,
    structuralSharing: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  return data ?? null
}
