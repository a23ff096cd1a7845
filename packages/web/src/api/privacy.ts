/** What is kept about the person, and whether they agreed to the notice that is in force. */
import { ApiError, type Problem } from '@keyhold/contract'
import { queryOptions } from '@tanstack/react-query'
import { api } from './client.ts'
import { withStepUp } from './step-up.ts'

export const privacyOptions = queryOptions({
  queryKey: ['privacy'],
  queryFn: () => api.call('readPrivacy', {}),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
})

/** Everything that is kept about the person, as one JSON document. Throws ApiError. */
export function downloadMyData(): Promise<Blob> {
  return withStepUp(fetchMyData)
}

async function fetchMyData(): Promise<Blob> {
  const answer = await fetch('/v1/me/export', { credentials: 'same-origin', redirect: 'error' })
  if (!answer.ok) throw new ApiError((await answer.json()) as Problem)
  return answer.blob()
}
