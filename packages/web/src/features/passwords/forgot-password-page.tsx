import { Anchor, Button, Stack, Text, TextInput, Title } from '@mantine/core'
import { withProof } from '@keyhold/client'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { api } from '../../api/client.ts'
import { installationOptions } from '../../api/projects.ts'
import { StandalonePage } from '../../app/standalone-page.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from '../sign-in/sign-in-page.module.css'
import { useProof } from './use-proof.ts'
import { WorkingNote } from './working-note.tsx'

/** Asks for a mail with a link. What it says is the same whether there is such an account. */
export function ForgotPasswordPage() {
  const [asked, setAsked] = useState<string | null>(null)
  return (
    <StandalonePage title="Forgot your password">
      <div className={classes.card}>{asked === null ? <AskForm onAsked={setAsked} /> : <Asked email={asked} />}</div>
      <Text size="sm" mt="md">
        <Anchor component={Link} to="/sign-in" inherit underline="always">
          Back to the sign-in
        </Anchor>
      </Text>
    </StandalonePage>
  )
}

function AskForm({ onAsked }: { readonly onAsked: (email: string) => void }) {
  const { working, solve } = useProof()
  const [email, setEmail] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const ask = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await withProof((proof) => api.call('requestReset', { body: { email, ...(proof && { proof }) } }), solve)
      onAsked(email)
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void ask(event)}>
      <Stack gap="sm">
        <Title order={1} size="h2">
          Forgot your password?
        </Title>
        <Text>We mail a link to the address of your account. It works once, for 30 minutes.</Text>
        <TextInput
          label="E-mail address"
          type="email"
          required
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        {error !== null && <ProblemAlert error={error} />}
        <WorkingNote working={working} />
        <Button type="submit" size="md" loading={busy}>
          Send the link
        </Button>
      </Stack>
    </form>
  )
}

function Asked({ email }: { readonly email: string }) {
  const outbox = useQuery(installationOptions).data?.mail === 'outbox'
  return (
    <Stack gap="sm" role="status">
      <Title order={1} size="h2">
        Look for a mail
      </Title>
      <Text>
        If there is an account for {email}, a link is on its way. It works once, for 30 minutes; asking again sends
        another.
      </Text>
      {outbox && (
        <Text>
          This installation has no mail server: its operator can find the mail in the outbox, a folder that the program
          names when it runs.
        </Text>
      )}
      <Text size="sm" c="dimmed">
        Your data needs no new key: it opens with this browser’s own key, which a new password does not touch.
      </Text>
    </Stack>
  )
}
