import { ApiError } from '@keyhold/contract'
import { QueryClient } from '@tanstack/react-query'

/** Refusals are answers and are not asked again; only absences are. */
function worthRetrying(attempt: number, error: Error): boolean {
  if (error instanceof ApiError) return error.problem.status >= 502 && attempt < 4
  return error instanceof TypeError && attempt < 2
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: worthRetrying, staleTime: 5_000, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
})
