import { fetchRoster, type Caller } from '@keyhold/client'
import { queryOptions } from '@tanstack/react-query'

export const rosterKey = ['roster'] as const

/** The roster as this browser verified it. Rejects with `roster.forged`. */
export const rosterOptions = (caller: Caller) =>
  queryOptions({ queryKey: rosterKey, queryFn: () => fetchRoster(caller), staleTime: 30_000 })
