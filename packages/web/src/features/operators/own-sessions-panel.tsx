import { useQuery } from '@tanstack/react-query'
import { SessionList } from '../security/session-list.tsx'
import { callAsOperator, forgetOperated, ownSessionsOptions } from './operator-api.ts'

/** Where the operator is signed in. */
export function OwnSessionsPanel() {
  const { data, error, refetch } = useQuery(ownSessionsOptions)
  return (
    <SessionList
      title="Your sessions"
      sessions={data}
      error={error}
      onRetry={() => void refetch()}
      onEnd={async (session) => {
        await callAsOperator('endOperatorSession', { params: { session } })
        await forgetOperated()
      }}
      onEndOthers={async () => {
        await callAsOperator('endOtherOperatorSessions', {})
        await forgetOperated()
      }}
    />
  )
}
