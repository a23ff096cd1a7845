import { Button, PasswordInput, Stack, TextInput, Title } from '@mantine/core'
import { useRef, useState, type FormEvent } from 'react'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { useProof } from '../passwords/use-proof.ts'
import { SignOnButton } from '../single-sign-on/sign-on-button.tsx'
import { WorkingNote } from '../passwords/working-note.tsx'
import { signIn, type SignedIn } from './sign-in.ts'

export function PasswordForm({ onSignedIn }: { readonly onSignedIn: (signedIn: SignedIn) => Promise<void> }) {
  const { working, solve } = useProof()
  const address = useRef<HTMLInputElement>(null)
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await onSignedIn(await signIn(email, password, solve))
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        <Title order={1} size="h2">
          Sign in
        </Title>
        <TextInput
          ref={address}
          label="E-mail address"
          type="email"
          required
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          required
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {error !== null && <ProblemAlert error={error} />}
        <WorkingNote working={working} />
        <Button type="submit" size="md" loading={busy} mt="xs">
          Sign in
        </Button>
        <SignOnButton email={email} onMissing={() => address.current?.reportValidity()} />
      </Stack>
    </form>
  )
}
