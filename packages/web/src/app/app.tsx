import { ApiError } from '@keyhold/contract'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { queryClient } from '../api/query-client.ts'
import { Design } from '../ui/design.tsx'
import { router } from './router.ts'
import { StepUpHost } from './step-up-host.tsx'

// A session that ended while the page was open: nothing more can be fetched with it.
queryClient.getQueryCache().subscribe((event) => {
  if (event.type !== 'updated' || event.action.type !== 'error') return
  const { error } = event.action
  const over = error instanceof ApiError && error.problem.status === 401
  // Operators sign in on pages of their own.
  const realm = event.query.queryKey[0]
  if (over && realm !== 'session' && realm !== 'operator') void router.navigate({ to: '/sign-in' })
  if (error instanceof ApiError && error.code === 'access.factor_needed') void router.navigate({ to: '/second-factor' })
})

export function App() {
  return (
    <Design>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <StepUpHost />
      </QueryClientProvider>
    </Design>
  )
}
