import type { CallOutput } from '@keyhold/contract'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { queryClient } from '../../api/query-client.ts'

export type SingleSignOn = CallOutput<'readSingleSignOn'>

export const singleSignOnOptions = queryOptions({
  queryKey: ['single-sign-on'],
  queryFn: () => api.call('readSingleSignOn', {}),
})

export const ownSignOnOptions = queryOptions({
  queryKey: ['own-single-sign-on'],
  queryFn: () => api.call('readOwnSingleSignOn', {}),
})

/** Reads anew what a change may have touched. */
export async function refreshSignOn(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: singleSignOnOptions.queryKey })
  await queryClient.invalidateQueries({ queryKey: ownSignOnOptions.queryKey })
}
