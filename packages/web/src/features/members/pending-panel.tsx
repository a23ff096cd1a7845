import { Button, Text } from '@mantine/core'
import { listPending, maySettle, settlePending, type Pending } from '@keyhold/client'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useMay } from '../../api/may.ts'
import { peopleOptions } from '../../api/people.ts'
import { useSession } from '../../api/use-data.ts'
import { DataList } from '../../ui/data-list.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { rosterOptions } from '../tokens/roster-options.ts'
import { ownTokensOptions, tokensOptions } from '../tokens/token-options.ts'
import { forgetMembers } from './member-options.ts'

const reasons: Readonly<Record<Pending['why'], string>> = {
  member_gone: 'Its person is no member now: to be removed',
  role_changed: 'Its person has another role now: to be changed',
  token_ended: 'It was reported, sent in the clear, or ended without a signature: its key is to be removed',
}

/** What changed at the server and waits for a device that may tell the data plane; nothing when nothing does. */
export function PendingPanel() {
  const { caller } = useSession()
  const roster = useQuery({ ...rosterOptions(caller), refetchOnMount: 'always' }).data
  const people = useQuery(peopleOptions).data
  const maySeeTokens = useMay('token.read')
  const tokens = useQuery(maySeeTokens ? tokensOptions : ownTokensOptions).data
  if (roster === undefined || people === undefined) return null
  const all = listPending(roster, { people, tokens: tokens ?? [] })
  const mine = all.filter((one) => maySettle(roster, caller, one))
  // Whoever has no say over others sees what they can do something about.
  const shown = maySeeTokens ? all : mine
  if (shown.length === 0) return null
  return (
    <Panel title="Waiting for a signature" flush actions={mine.length > 0 && <SignAll pending={mine} />}>
      <DataList
        label="Waiting for a signature"
        items={shown}
        error={null}
        onRetry={() => undefined}
        keyOf={({ change }) => change.keyId}
        columns={[
          { key: 'name', title: 'Device or token', cell: ({ name }) => name },
          { key: 'why', title: 'Why', cell: ({ why }) => reasons[why] },
          {
            key: 'who',
            title: 'Who signs',
            secondary: true,
            cell: (one) => (mine.includes(one) ? 'this browser' : 'an owner’s device'),
          },
        ]}
        empty={null}
      />
    </Panel>
  )
}

function SignAll({ pending }: { readonly pending: readonly Pending[] }) {
  const { caller } = useSession()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const sign = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await settlePending(caller, pending, Date.now())
      await forgetMembers()
    } catch (failure) {
      setError(failure)
    }
    setBusy(false)
  }
  return (
    <>
      {error !== null && <ProblemAlert error={error} />}
      <Button size="xs" loading={busy} onClick={() => void sign()}>
        <Text span size="sm">
          Sign {pending.length === 1 ? 'it' : `all ${pending.length}`}
        </Text>
      </Button>
    </>
  )
}
