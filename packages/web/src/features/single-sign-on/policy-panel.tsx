import { Button, Group, MultiSelect, Select, Stack, Switch, Text } from '@mantine/core'
import type { SignOnPolicy } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { refreshSignOn } from './options.ts'
import { useAct } from './use-act.ts'

const joinChoices = [
  { value: '', label: 'Nobody: people are invited' },
  ...(['viewer', 'analyst', 'auditor', 'approver'] as const).map((role) => ({ value: role, label: `As ${role}` })),
]

/** CLN-07: who signs in how, and who keeps a password whatever happens. */
export function SignOnPolicyPanel({ policy }: { readonly policy: SignOnPolicy }) {
  const [wanted, setWanted] = useState(policy)
  const people = useQuery({ queryKey: ['people'], queryFn: () => api.call('listPeople', {}) })
  const { busy, error, act } = useAct()
  const owners = (people.data?.people ?? []).filter(({ role }) => role === 'owner')
  const save = (): void =>
    act(async () => {
      setWanted(await api.call('changeSignOnPolicy', { body: wanted }))
      await refreshSignOn()
    })
  return (
    <Panel title="Who signs in how">
      <Stack gap="md">
        <Switch
          label="Single sign-on only"
          description="No password counts but those of the break-glass owners; all other sessions end now."
          checked={wanted.signIn === 'only'}
          onChange={(event) => setWanted({ ...wanted, signIn: event.currentTarget.checked ? 'only' : 'any' })}
        />
        <MultiSelect
          label="Break-glass owners"
          description="Owners with a second factor who keep their password. Each use is told to all owners by mail."
          data={owners.map(({ id, email, name }) => ({ value: id, label: name ?? email }))}
          value={wanted.breakGlass}
          maxValues={5}
          onChange={(breakGlass) => setWanted({ ...wanted, breakGlass })}
        />
        <Select
          label="Who joins by a proven domain"
          allowDeselect={false}
          data={joinChoices}
          value={wanted.joinRole ?? ''}
          onChange={(value) =>
            setWanted({
              ...wanted,
              joinRole: value === null || value === '' ? null : (value as SignOnPolicy['joinRole']),
            })
          }
        />
        <Switch
          label="Trust the provider’s second factor"
          description="Where a second factor is demanded, one that the provider says it saw stands for ours."
          checked={wanted.trustFactor}
          onChange={(event) => setWanted({ ...wanted, trustFactor: event.currentTarget.checked })}
        />
        {error !== null && <ProblemAlert error={error} />}
        {people.error !== null && <ProblemAlert error={people.error} />}
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            Before you make it the only way, sign in by it once yourself.
          </Text>
          <Button loading={busy} disabled={JSON.stringify(wanted) === JSON.stringify(policy)} onClick={save}>
            Save policy
          </Button>
        </Group>
      </Stack>
    </Panel>
  )
}
