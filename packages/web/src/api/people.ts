import { queryOptions } from '@tanstack/react-query'
import { api } from './client.ts'

/** Members of the organisation. */
export const peopleOptions = queryOptions({
  queryKey: ['people'],
  queryFn: async () => (await api.call('listPeople', {})).people,
  staleTime: 60_000,
})
