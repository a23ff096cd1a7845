import { Anchor, Button, Stack, Text, Title } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { api } from '../../api/client.ts'
import { forgetFetched } from '../../api/session.ts'
import { StandalonePage } from '../../app/standalone-page.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { PasswordField } from '../setup/password-field.tsx'
import classes from '../sign-in/sign-in-page.module.css'

/** Where a mailed link leads: its secret is the address's fragment, which browsers send to no server. */
export function ResetPasswordPage() {
  const [secret] = useState(() => location.hash.slice(1))
  return (
    <StandalonePage title="Choose a new password">
      <div className={classes.card}>{/^kh_rst_\w+$/.test(secret) ? <ResetForm secret={secret} /> : <NoSecret />}</div>
      <Text size="sm" mt="md">
        <Anchor component={Link} to="/forgot-password" inherit underline="always">
          Ask for another link
        </Anchor>
      </Text>
    </StandalonePage>
  )
}

function NoSecret() {
  return (
    <Stack gap="sm">
      <Title order={1} size="h2">
        This link is not whole
      </Title>
      <Text>Open the link from the mail again, all of it: what is behind the # belongs to it.</Text>
    </Stack>
  )
}

function ResetForm({ secret }: { readonly secret: string }) {
  const navigate = useNavigate()
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const reset = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await api.call('resetPassword', { body: { secret, password } })
      forgetFetched()
      await navigate({ to: '/sign-in', hash: 'password=new', replace: true })
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void reset(event)}>
      <Stack gap="sm">
        <Title order={1} size="h2">
          Choose a new password
        </Title>
        <Text>All of your sessions end, on every device. Then you sign in with the new one.</Text>
        <PasswordField value={password} own={[]} onChange={setPassword} />
        {error !== null && <ProblemAlert error={error} />}
        <Button type="submit" size="md" loading={busy} mt="xs">
          Set the password
        </Button>
      </Stack>
    </form>
  )
}
