import { Button, Text, Title } from '@mantine/core'
import Fingerprint from 'lucide-react/icons/fingerprint-pattern'
import { useState } from 'react'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { signInAsOperator } from './operator-api.ts'
import classes from './operators-page.module.css'

/** By passkey alone: there is no password to ask for, and no name to guess. */
export function SignInPanel() {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const enter = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await signInAsOperator()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <div className={classes.card}>
      <Title order={1} size="h2">
        Operators
      </Title>
      <Text c="dimmed">For who runs this installation. Members of an organisation sign in on the front page.</Text>
      {error !== null && <ProblemAlert error={error} />}
      <Button
        size="md"
        loading={busy}
        leftSection={<Fingerprint size={18} aria-hidden="true" />}
        onClick={() => void enter()}
      >
        Sign in with a passkey
      </Button>
      <Text size="sm" c="dimmed">
        No passkey yet? Another operator makes a link for you; the first one is made on the host with{' '}
        <code>npm run operators</code>.
      </Text>
    </div>
  )
}
