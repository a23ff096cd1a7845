import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { queryClient } from '../../api/query-client.ts'
import { sessionsOptions } from './security-options.ts'
import { SessionList } from './session-list.tsx'

const refresh = (): Promise<void> => queryClient.invalidateQueries({ queryKey: sessionsOptions.queryKey })

/** CLU-11: where the person is signed in; each can be ended at once. */
export function SessionsPanel() {
  const { data, error, refetch } = useQuery(sessionsOptions)
  return (
    <SessionList
      title="Sessions"
      sessions={data}
      error={error}
      onRetry={() => void refetch()}
      onEnd={async (session) => {
        await api.call('endSession', { params: { session } })
        await refresh()
      }}
      onEndOthers={async () => {
        await api.call('endOtherSessions', {})
        await refresh()
      }}
    />
  )
}
