import { Anchor, Button, Stack, Text, Title } from '@mantine/core'
import { ApiError, type CallOutput } from '@keyhold/contract'
import { parseShellLink, type ShellRequest } from '@keyhold/client'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { plainApi } from '../../api/client.ts'
import { StandalonePage } from '../../app/standalone-page.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import classes from '../sign-in/sign-in-page.module.css'
import { useProof } from '../passwords/use-proof.ts'
import { WorkingNote } from '../passwords/working-note.tsx'
import { leaveToSignIn } from '../single-sign-on/leave.ts'
import { useAct } from '../single-sign-on/use-act.ts'
import { ConfirmShell } from './confirm-shell.tsx'
import { dropRequest, keepRequest, readKeptRequest } from './shell-request.ts'

export type Self = CallOutput<'readSelf'>
/** Who is signed in here; null: nobody. */
type Seen = { readonly self: Self | null } | { readonly error: unknown }

/**
 * CLN-07: where a shell's link leads. Nothing is given for the link alone, whoever sent it: somebody who is signed in
 * compares the code and presses a button.
 */
export function ShellPage() {
  const [request] = useState(takeRequest)
  const [seen, setSeen] = useState<Seen>()
  useEffect(() => {
    if (request === undefined) return
    readSelf().then(
      (self) => setSeen({ self }),
      (error: unknown) => setSeen({ error }),
    )
  }, [request])
  return (
    <StandalonePage title="Let a shell in">
      <div className={classes.card}>
        {request === undefined && <NoRequest />}
        {request !== undefined && seen === undefined && <BlockSkeleton height={220} />}
        {seen !== undefined && 'error' in seen && <ProblemAlert error={seen.error} />}
        {request !== undefined && seen !== undefined && 'self' in seen && <Known request={request} self={seen.self} />}
      </div>
    </StandalonePage>
  )
}

function Known({ request, self }: { readonly request: ShellRequest; readonly self: Self | null }) {
  return self === null ? <SignInFirst request={request} /> : <ConfirmShell request={request} self={self} />
}

/** Of the address, out of which it goes at once, or what this tab kept. */
function takeRequest(): ShellRequest | undefined {
  const now = Date.now()
  const named = parseShellLink(location.hash)
  if (named === undefined) return readKeptRequest(now)
  keepRequest(named, now)
  history.replaceState(history.state, '', location.pathname)
  return named
}

async function readSelf(): Promise<Self | null> {
  try {
    return await plainApi.call('readSelf', {})
  } catch (error) {
    if (error instanceof ApiError && error.problem.status === 401) return null
    throw error
  }
}

function NoRequest() {
  return (
    <Stack gap="sm">
      <Title order={1} size="h2">
        No shell is waiting
      </Title>
      <Text>
        Run <code>keyhold login --browser</code> and open the whole address that it prints; it is good for ten minutes.
      </Text>
      <Anchor component={Link} to="/" underline="always">
        To Keyhold
      </Anchor>
    </Stack>
  )
}

function SignInFirst({ request: { name, sso, email, organisation } }: { readonly request: ShellRequest }) {
  const { busy, error, act } = useAct()
  const { working, solve } = useProof()
  const at = chooseProvider(email, organisation)
  return (
    <Stack gap="sm">
      <Title order={1} size="h2">
        A shell wants to sign in
      </Title>
      <Text>
        It says that it is {name}. If you have not just run <code>keyhold login</code> there yourself, close this page.
        Else sign in here first; afterwards you are asked whether to let it in.
      </Text>
      {error !== null && <ProblemAlert error={error} />}
      <WorkingNote working={working} />
      {sso && at !== undefined && (
        <Button size="md" loading={busy} onClick={() => act(() => leaveToSignIn(at, solve))}>
          Continue with single sign-on
        </Button>
      )}
      <Button component={Link} to="/sign-in" size="md" variant={sso && at !== undefined ? 'default' : 'filled'}>
        Sign in
      </Button>
      <Button component={Link} to="/" variant="subtle" color="gray" onClick={dropRequest}>
        I did not start this
      </Button>
    </Stack>
  )
}

function chooseProvider(email: string | undefined, organisation: string | undefined) {
  if (organisation !== undefined) return { organisation }
  return email === undefined ? undefined : { email }
}
