import { queryOptions } from '@tanstack/react-query'
import { api } from '../../api/client.ts'

export const tokensOptions = queryOptions({
  queryKey: ['tokens'],
  queryFn: async () => (await api.call('listTokens', {})).tokens,
})

/** Of the person alone; what is forgotten under `tokens` is forgotten here too. */
export const ownTokensOptions = queryOptions({
  queryKey: ['tokens', 'own'],
  queryFn: async () => (await api.call('listOwnTokens', {})).tokens,
})
