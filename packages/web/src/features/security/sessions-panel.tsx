import { Badge, Button } from '@mantine/core'
import type { OpenSession } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { queryClient } from '../../api/query-client.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { sessionsOptions } from './security-options.ts'

const refresh = (): Promise<void> => queryClient.invalidateQueries({ queryKey: sessionsOptions.queryKey })

const columns: readonly ListColumn<OpenSession>[] = [
  {
    key: 'program',
    title: 'Program',
    cell: ({ program, current }) => (
      <>
        {program}{' '}
        {current && (
          <Badge variant="light" size="sm">
            this one
          </Badge>
        )}
      </>
    ),
  },
  { key: 'address', title: 'Address', cell: ({ address }) => address, secondary: true },
  { key: 'created', title: 'Signed in', cell: ({ created }) => <Time value={created} />, secondary: true },
  { key: 'used', title: 'Last used', cell: ({ lastUsed }) => <Time value={lastUsed} /> },
  { key: 'end', title: 'Acts', quiet: true, cell: (session) => !session.current && <EndSession session={session} /> },
]

/** CLU-11: where the person is signed in; each can be ended at once. */
export function SessionsPanel() {
  const sessions = useQuery(sessionsOptions)
  const [asking, setAsking] = useState(false)
  const others = sessions.data?.some(({ current }) => !current) === true
  return (
    <Panel
      title="Sessions"
      flush
      actions={
        others && (
          <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>
            End all others
          </Button>
        )
      }
    >
      <DataList
        label="Sessions"
        columns={columns}
        items={sessions.data}
        keyOf={({ id }) => id}
        error={sessions.error}
        onRetry={() => void sessions.refetch()}
        empty={<Empty title="No sessions" about="Sign in again to see them." />}
      />
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title="End all other sessions?"
        action="End them"
        danger
        onConfirm={async () => {
          await api.call('endOtherSessions', {})
          await refresh()
        }}
      >
        Your other browsers and shells must sign in again; what they are doing breaks off.
      </Confirm>
    </Panel>
  )
}

function EndSession({ session }: { readonly session: OpenSession }) {
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Button size="compact-sm" variant="default" aria-label={`End ${session.program}`} onClick={() => setAsking(true)}>
        End
      </Button>
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title={`End ${session.program}?`}
        action="End"
        danger
        onConfirm={async () => {
          await api.call('endSession', { params: { session: session.id } })
          await refresh()
        }}
      >
        It must sign in again; what it is doing breaks off.
      </Confirm>
    </>
  )
}
