import { Badge, Button } from '@mantine/core'
import type { OpenSession } from '@keyhold/contract'
import { useState } from 'react'
import { Confirm } from '../../ui/confirm.tsx'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'

type Props = {
  readonly title: string
  readonly sessions: readonly OpenSession[] | undefined
  readonly error: unknown
  readonly onRetry: () => void
  readonly onEnd: (session: string) => Promise<unknown>
  readonly onEndOthers: () => Promise<unknown>
}

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
]

/** Where somebody is signed in, a member or an operator; each can be ended at once. */
export function SessionList({ title, sessions, error, onRetry, onEnd, onEndOthers }: Props) {
  const [asking, setAsking] = useState(false)
  const others = sessions?.some(({ current }) => !current) === true
  const end: ListColumn<OpenSession> = {
    key: 'end',
    title: 'Acts',
    quiet: true,
    cell: (session) => !session.current && <EndSession session={session} onEnd={() => onEnd(session.id)} />,
  }
  return (
    <Panel
      title={title}
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
        label={title}
        columns={[...columns, end]}
        items={sessions}
        keyOf={({ id }) => id}
        error={error}
        onRetry={onRetry}
        empty={<Empty title="No sessions" about="Sign in again to see them." />}
      />
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title="End all other sessions?"
        action="End them"
        danger
        onConfirm={onEndOthers}
      >
        Your other browsers and shells must sign in again; what they are doing breaks off.
      </Confirm>
    </Panel>
  )
}

type EndProps = { readonly session: OpenSession; readonly onEnd: () => Promise<unknown> }

function EndSession({ session, onEnd }: EndProps) {
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
        onConfirm={onEnd}
      >
        It must sign in again; what it is doing breaks off.
      </Confirm>
    </>
  )
}
