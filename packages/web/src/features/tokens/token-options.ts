import { queryOptions } from '@tanstack/react-query'
import { api } from '../../api/client.ts'

export const tokensOptions = queryOptions({
  queryKey: ['tokens'],
  queryFn: async () => (await api.call('listTokens', {})).tokens,
})
