import { Alert, Anchor, Button, Stack, Text, Title } from '@mantine/core'
import { formatHandover, formatShellReturn, markShell, type ShellHandover, type ShellRequest } from '@keyhold/client'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api } from '../../api/client.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { KeyValue } from '../../ui/key-value.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import anchorClasses from '../sign-in/anchor-check.module.css'
import { useAct } from '../single-sign-on/use-act.ts'
import { dropRequest } from './shell-request.ts'
import type { Self } from './shell-page.tsx'

type Props = { readonly request: ShellRequest; readonly self: Self }
type Outcome = { readonly at: 'handed' | 'refused' } | { readonly at: 'line'; readonly line: string }

/** Compared and pressed by a person: what the link itself says could be anybody's. */
export function ConfirmShell({ request, self }: Props) {
  const { challenge, state, port } = request
  const [outcome, setOutcome] = useState<Outcome>()
  const { busy, error, act } = useAct()
  const confirm = (hand: (handover: ShellHandover) => Outcome): void =>
    act(async () => {
      const { organisation, code } = await api.call('confirmShell', { body: { challenge } })
      dropRequest()
      setOutcome(hand({ organisation, code }))
    })
  const carry = (handover: ShellHandover): Outcome => ({ at: 'line', line: formatHandover(handover) })
  const handOver = (handover: ShellHandover): Outcome => {
    if (port === undefined) return carry(handover)
    location.assign(formatShellReturn({ port, state }, handover))
    return { at: 'handed' }
  }
  if (outcome !== undefined) return <Ended outcome={outcome} />
  return (
    <Stack gap="sm">
      <Title order={1} size="h2">
        Let this shell in?
      </Title>
      <Text>
        Your shell shows a code. Only if it is this one, and you have just started it yourself, let it in: it can do
        from then on what you can.
      </Text>
      <Mark challenge={challenge} />
      <KeyValue
        items={[
          ['It says that it is', request.name],
          ['You are', self.email ?? self.id],
          ['Organisation', self.organisationName],
        ]}
      />
      <OtherPerson request={request} self={self} />
      {error !== null && <ProblemAlert error={error} />}
      <Button size="md" loading={busy} onClick={() => confirm(handOver)}>
        The code is the same: let it in
      </Button>
      {port !== undefined && (
        <Button variant="default" disabled={busy} onClick={() => confirm(carry)}>
          The shell is on another machine
        </Button>
      )}
      <Button
        variant="subtle"
        color="red"
        disabled={busy}
        onClick={() => {
          dropRequest()
          setOutcome({ at: 'refused' })
        }}
      >
        No
      </Button>
    </Stack>
  )
}

function Mark({ challenge }: { readonly challenge: string }) {
  const [mark, setMark] = useState('')
  useEffect(() => {
    void markShell(challenge).then(setMark)
  }, [challenge])
  return (
    <p className={anchorClasses.fingerprint} aria-label="Code of the shell">
      {mark}
    </p>
  )
}

/** The shell was told to expect somebody else: it will refuse. */
function OtherPerson({ request: { email, organisation }, self }: Props) {
  const same = email === undefined || email.toLowerCase() === self.email?.toLowerCase()
  if (same && (organisation === undefined || organisation === self.organisation)) return null
  return (
    <Alert color="yellow" title="The shell expects somebody else">
      It was started for {email ?? 'another organisation'}. Sign out here first and sign in as them.
    </Alert>
  )
}

function Ended({ outcome }: { readonly outcome: Outcome }) {
  if (outcome.at === 'line') {
    return (
      <Stack gap="sm">
        <Title order={1} size="h2">
          Paste this line in your shell
        </Title>
        <Text>It is good for five minutes and once. Give it to nobody: whoever asks you for it is not from us.</Text>
        <Text component="div" style={{ overflowWrap: 'anywhere' }}>
          <code>{outcome.line}</code> <CopyButton value={outcome.line} label="Copy the line" />
        </Text>
      </Stack>
    )
  }
  return (
    <Stack gap="sm">
      <Title order={1} size="h2">
        {outcome.at === 'handed' ? 'On the way to your shell' : 'The shell was not let in'}
      </Title>
      <Text>
        {outcome.at === 'handed'
          ? 'If your browser says that it cannot connect, the shell is on another machine: start it again with --paste.'
          : 'Whoever sent you that address wanted to act as you. Tell an owner or admin if you did not expect it.'}
      </Text>
      <Anchor component={Link} to="/" underline="always">
        To Keyhold
      </Anchor>
    </Stack>
  )
}
