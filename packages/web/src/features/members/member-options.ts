import { queryOptions } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { peopleOptions } from '../../api/people.ts'
import { queryClient } from '../../api/query-client.ts'
import { sessionOptions } from '../../api/session.ts'
import { rosterKey } from '../tokens/roster-options.ts'
import { tokensOptions } from '../tokens/token-options.ts'

export const invitationsOptions = queryOptions({
  queryKey: ['invitations'],
  queryFn: async () => (await api.call('listInvitations', {})).invitations,
})

export const groupsOptions = queryOptions({
  queryKey: ['groups'],
  queryFn: async () => (await api.call('listGroups', {})).groups,
})

/** After a change of who is in the organisation. */
export async function forgetMembers(): Promise<void> {
  const keys = [
    peopleOptions.queryKey,
    invitationsOptions.queryKey,
    groupsOptions.queryKey,
    rosterKey,
    tokensOptions.queryKey,
    sessionOptions.queryKey,
  ]
  await Promise.all(keys.map((queryKey) => queryClient.invalidateQueries({ queryKey })))
}
