import { Button, Group, Select, Switch, Text } from '@mantine/core'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { queryClient } from '../../api/query-client.ts'
import { KeyValue } from '../../ui/key-value.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './security.module.css'
import { securityOptions, sessionsOptions, type Security } from './security-options.ts'

const hour = 60
const day = 24 * hour
const idleChoices = [15, 30, hour, 4 * hour, 12 * hour, day, 7 * day]
const longestChoices = [hour, 8 * hour, day, 7 * day, 14 * day, 30 * day]

/** What the organisation demands of everybody; changed by who manages it. */
export function PolicyPanel({ security }: { readonly security: Security }) {
  const { policy, managesPolicy } = security
  if (managesPolicy) return <PolicyForm policy={policy} />
  return (
    <Panel title="What your organisation demands">
      <KeyValue
        items={[
          ['Second factor', policy.secondFactor === 'all' ? 'of everybody' : 'of nobody'],
          ['Sessions end unused after', formatMinutes(policy.idleMinutes)],
          ['Sessions end after', formatMinutes(policy.longestMinutes)],
        ]}
      />
    </Panel>
  )
}

function PolicyForm({ policy }: { readonly policy: Security['policy'] }) {
  const [wanted, setWanted] = useState(policy)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const same = JSON.stringify(wanted) === JSON.stringify(policy)
  const save = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await api.call('changeSecurityPolicy', { body: wanted })
      await queryClient.invalidateQueries({ queryKey: securityOptions.queryKey })
      await queryClient.invalidateQueries({ queryKey: sessionsOptions.queryKey })
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Panel title="What your organisation demands">
      <Switch
        label="A second factor of everybody"
        description="Who has none can sign in only to add one."
        checked={wanted.secondFactor === 'all'}
        onChange={(event) => setWanted({ ...wanted, secondFactor: event.currentTarget.checked ? 'all' : 'none' })}
      />
      <div className={classes.limits}>
        <Select
          label="Sessions end unused after"
          allowDeselect={false}
          data={describeChoices(idleChoices, policy.idleMinutes)}
          value={String(wanted.idleMinutes)}
          onChange={(value) => setWanted({ ...wanted, idleMinutes: Number(value) })}
        />
        <Select
          label="Sessions end in any case after"
          allowDeselect={false}
          data={describeChoices(longestChoices, policy.longestMinutes)}
          value={String(wanted.longestMinutes)}
          onChange={(value) => setWanted({ ...wanted, longestMinutes: Number(value) })}
        />
      </div>
      {error !== null && <ProblemAlert error={error} />}
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          Holds for everybody’s open sessions at once, yours too.
        </Text>
        <Button loading={busy} disabled={same} onClick={() => void save()}>
          Save
        </Button>
      </Group>
    </Panel>
  )
}

/** The choices, with the one in force when it is none of them. */
function describeChoices(choices: readonly number[], current: number) {
  const all = [...new Set([...choices, current])].sort((one, other) => one - other)
  return all.map((minutes) => ({ value: String(minutes), label: formatMinutes(minutes) }))
}

function formatMinutes(minutes: number): string {
  if (minutes % day === 0) return minutes === day ? '1 day' : `${minutes / day} days`
  if (minutes % hour === 0) return minutes === hour ? '1 hour' : `${minutes / hour} hours`
  return `${minutes} minutes`
}
