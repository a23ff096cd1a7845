import { Button, Code, Group, Stack, Text, TextInput } from '@mantine/core'
import type { SignOnDomain } from '@keyhold/contract'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { refreshSignOn } from './options.ts'
import { useAct } from './use-act.ts'

/** CLN-07: domains of addresses, proven before they give any power. */
export function DomainsPanel({ domains }: { readonly domains: readonly SignOnDomain[] }) {
  const [name, setName] = useState('')
  const { busy, error, act } = useAct()
  const add = (): void =>
    act(async () => {
      await api.call('addDomain', { body: { domain: name } })
      setName('')
      await refreshSignOn()
    })
  return (
    <Panel title="Domains">
      <Stack gap="md">
        <Text size="sm">
          Addresses of a proven domain find your identity provider at the sign-in page. A domain that is not proven does
          nothing.
        </Text>
        {domains.length === 0 && <Text c="dimmed">No domain yet: add the one behind the @ of your addresses.</Text>}
        {domains.map((domain) => (
          <Domain key={domain.id} domain={domain} />
        ))}
        <form
          onSubmit={(event) => {
            event.preventDefault()
            add()
          }}
        >
          <Group align="flex-end" gap="sm">
            <TextInput
              label="Domain"
              placeholder="example.org"
              required
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" loading={busy}>
              Add domain
            </Button>
          </Group>
        </form>
        {error !== null && <ProblemAlert error={error} />}
      </Stack>
    </Panel>
  )
}

function Domain({ domain: { id, domain, token, proven } }: { readonly domain: SignOnDomain }) {
  const { busy, error, act } = useAct()
  const params = { domain: id }
  return (
    <Stack gap="xs" component="section" aria-label={domain}>
      <Group justify="space-between">
        <Group gap="sm">
          <Text fw={600}>{domain}</Text>
          <Text size="sm">{proven === null ? 'not proven' : 'proven'}</Text>
        </Group>
        <Group gap="xs">
          {proven === null && (
            <Button
              size="xs"
              loading={busy}
              aria-label={`Check now: ${domain}`}
              onClick={() => act(() => api.call('checkDomain', { params }).then(refreshSignOn))}
            >
              Check now
            </Button>
          )}
          <Button
            size="xs"
            variant="subtle"
            color="red"
            disabled={busy}
            aria-label={`Remove ${domain}`}
            onClick={() => act(() => api.call('removeDomain', { params }).then(refreshSignOn))}
          >
            Remove
          </Button>
        </Group>
      </Group>
      {proven === null && (
        <Text size="sm">
          Set a DNS record of type TXT at <Code>{`_keyhold-challenge.${domain}`}</Code>, or serve a file at{' '}
          <Code style={{ overflowWrap: 'anywhere' }}>{`https://${domain}/.well-known/keyhold-challenge`}</Code>, that
          holds: <Code style={{ overflowWrap: 'anywhere' }}>{token}</Code>
        </Text>
      )}
      {error !== null && <ProblemAlert error={error} />}
    </Stack>
  )
}
