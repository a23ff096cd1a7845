import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { ProblemAlert } from '../ui/problem-alert.tsx'
import { StandalonePage } from './standalone-page.tsx'

/** What a page shows in its place when it failed. */
export function ProblemPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const { reset: resetQueries } = useQueryErrorResetBoundary()
  const retry = (): void => {
    resetQueries()
    reset()
    void router.invalidate()
  }
  return (
    <StandalonePage title="A problem" headed>
      <ProblemAlert error={error} onRetry={retry} />
    </StandalonePage>
  )
}
