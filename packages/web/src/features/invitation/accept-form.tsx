import { Button, Stack, Text, TextInput, Title } from '@mantine/core'
import type { InvitationLink } from '@keyhold/client'
import { useState, type FormEvent } from 'react'
import { api } from '../../api/client.ts'
import { forgetFetched } from '../../api/session.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { JoinByProvider } from './join-by-provider.tsx'
import { PasswordField } from '../setup/password-field.tsx'
import { ratePassword } from '../setup/password-strength.ts'

type Props = { readonly link: InvitationLink; readonly onAccepted: (link: InvitationLink) => Promise<void> }

/** The invited address, a name and a password. */
export function AcceptForm({ link, onAccepted }: Props) {
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const own = [email, name]
  const weak = ratePassword(password, own).level < 2

  const accept = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setTried(true)
    if (weak) return
    setBusy(true)
    setError(null)
    try {
      const { organisation, secret } = link
      const named = name.trim() === '' ? {} : { personName: name.trim() }
      const body = { organisation, secret, email: email.trim(), password, ...named, browser: true }
      await api.call('acceptInvitation', { body })
      forgetFetched()
      await onAccepted(link)
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void accept(event)}>
      <Stack gap="sm">
        <Title order={1} size="h2">
          You are invited
        </Title>
        <JoinByProvider link={link} />
        <Text c="dimmed">Give the address that was invited, and choose a password of your own.</Text>
        <TextInput
          label="E-mail address"
          type="email"
          required
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <TextInput
          label="Your name"
          autoComplete="name"
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordField
          value={password}
          own={own}
          error={tried && weak ? 'Choose a longer or less guessable password.' : undefined}
          onChange={setPassword}
        />
        {error !== null && <ProblemAlert error={error} />}
        <Button type="submit" size="md" loading={busy} mt="xs">
          Join
        </Button>
      </Stack>
    </form>
  )
}
