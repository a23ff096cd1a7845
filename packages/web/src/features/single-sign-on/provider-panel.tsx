import { Button, Code, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { refreshSignOn, type SingleSignOn } from './options.ts'
import { useAct } from './use-act.ts'

const empty = { name: '', issuer: '', clientId: '', scopes: 'openid email profile' }

type Props = Pick<SingleSignOn, 'provider' | 'redirectUri' | 'logoutUri'>

/** CLN-07: where members sign in. */
export function ProviderPanel({ provider, redirectUri, logoutUri }: Props) {
  const { name, issuer, clientId, scopes } = provider ?? empty
  const [wanted, setWanted] = useState({ name, issuer, clientId, scopes })
  const [secret, setSecret] = useState('')
  const [tested, setTested] = useState<string>()
  const { busy, error, act } = useAct()
  const set = (field: keyof typeof wanted) => (event: React.ChangeEvent<HTMLInputElement>) =>
    setWanted({ ...wanted, [field]: event.currentTarget.value })
  const save = (): void =>
    act(async () => {
      setTested(undefined)
      await api.call('saveIdentityProvider', { body: { ...wanted, ...(secret !== '' && { clientSecret: secret }) } })
      setSecret('')
      await refreshSignOn()
    })
  const test = (): void =>
    act(async () => {
      const { keys, namesItself, pkce } = await api.call('testIdentityProvider', {})
      const notes = [namesItself ? 'names itself in answers' : 'does not name itself in answers']
      setTested(
        `It answers: ${keys} ${keys === 1 ? 'key' : 'keys'}, ${pkce ? 'PKCE' : 'PKCE not announced'}, ${notes[0]}.`,
      )
    })
  return (
    <Panel title="Identity provider">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <Stack gap="sm">
          <Text size="sm">
            Register Keyhold there as a web application with this address to return to:{' '}
            <Code style={{ overflowWrap: 'anywhere' }}>{redirectUri}</Code>
          </Text>
          <Text size="sm">
            If it offers back-channel logout, give it this address, so that who signs out there, or is removed, is
            signed out here at once: <Code style={{ overflowWrap: 'anywhere' }}>{logoutUri}</Code>
          </Text>
          <TextInput label="Name" required value={wanted.name} onChange={set('name')} />
          <TextInput
            label="Issuer"
            description="As the provider names itself; its configuration is read from there."
            placeholder="https://…"
            required
            value={wanted.issuer}
            onChange={set('issuer')}
          />
          <TextInput label="Client id" required value={wanted.clientId} onChange={set('clientId')} />
          <PasswordInput
            label="Client secret"
            description={
              provider === null ? undefined : 'Kept, and never shown. Another issuer or client needs it again.'
            }
            required={provider === null}
            autoComplete="off"
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
          />
          <TextInput label="Scopes" required value={wanted.scopes} onChange={set('scopes')} />
          {error !== null && <ProblemAlert error={error} />}
          {tested !== undefined && <Text role="status">{tested}</Text>}
          <Group justify="flex-end">
            {provider !== null && (
              <>
                <Button
                  variant="subtle"
                  color="red"
                  disabled={busy}
                  onClick={() => act(() => api.call('removeIdentityProvider', {}).then(refreshSignOn))}
                >
                  Remove
                </Button>
                <Button variant="default" disabled={busy} onClick={test}>
                  Test
                </Button>
              </>
            )}
            <Button type="submit" loading={busy}>
              Save provider
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  )
}
