import { Alert, Button, List } from '@mantine/core'
import {
  findPendingDevices,
  listDevices,
  signPendingDevices,
  type Caller,
  type Device,
  type PendingDevice,
} from '@keyhold/client'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { peopleOptions } from '../../api/people.ts'
import { useSession } from '../../api/use-data.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { rosterOptions } from '../tokens/roster-options.ts'
import { forgetMembers } from './member-options.ts'

function signNow(caller: Caller, pending: readonly PendingDevice[]): Promise<Device[]> {
  return signPendingDevices(caller, pending, Date.now())
}

/** What groups and provisioning changed at the server, and nobody signed for the data plane yet. */
export function PendingDevices() {
  const { caller } = useSession()
  const people = useQuery(peopleOptions)
  const roster = useQuery(rosterOptions(caller))
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [left, setLeft] = useState<readonly Device[]>([])
  const pending = people.data && roster.data ? findPendingDevices(listDevices(roster.data), people.data) : []
  if (pending.length === 0) return null
  const names = new Map(people.data?.map(({ id, name, email }) => [id, name ?? email]))
  const sign = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      setLeft(await signNow(caller, pending))
      await forgetMembers()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Alert color="ochre" title="Not on the signed roster yet">
      A group or your identity provider changed these members. Until somebody signs it, the data plane gives their
      devices the weaker of both roles.
      <List size="sm" my={6}>
        {pending.map(({ device, person, wanted }) => (
          <List.Item key={device.keyId}>
            {device.name} of {names.get(person) ?? 'somebody who left'}: {device.role}, to be {wanted ?? 'taken off'}
          </List.Item>
        ))}
      </List>
      {left.length > 0 && <p>This browser’s device may not sign all of it: an owner’s may.</p>}
      {error !== null && <ProblemAlert error={error} />}
      <Button size="compact-sm" variant="default" loading={busy} onClick={() => void sign()}>
        Sign it
      </Button>
    </Alert>
  )
}
