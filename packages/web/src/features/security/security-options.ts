import type { CallOutput } from '@keyhold/contract'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../api/client.ts'

export type Security = CallOutput<'readSecurity'>

export const securityOptions = queryOptions({
  queryKey: ['security'],
  queryFn: () => api.call('readSecurity', {}),
})

export const sessionsOptions = queryOptions({
  queryKey: ['sessions'],
  queryFn: async () => (await api.call('listSessions', {})).sessions,
})
