import { queryOptions } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { queryClient } from '../../api/query-client.ts'

/** Tokens of identity providers, and whom they made accounts for. */
export const provisioningOptions = queryOptions({
  queryKey: ['provisioning'],
  queryFn: () => api.call('readProvisioning', {}),
})

export async function forgetProvisioning(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: provisioningOptions.queryKey })
}
