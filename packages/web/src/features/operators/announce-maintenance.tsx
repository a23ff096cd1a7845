import { Button, Group, Modal, TextInput } from '@mantine/core'
import type { Maintenance } from '@keyhold/contract'
import { useState, type FormEvent } from 'react'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { callAsOperator, forgetOperated } from './operator-api.ts'

/** Tells everyone of work ahead, or takes it back. */
export function AnnounceMaintenance({ announced }: { readonly announced: Maintenance | null }) {
  const [opened, setOpened] = useState(false)
  const withdraw = async (): Promise<void> => {
    await callAsOperator('withdrawMaintenance', {})
    await forgetOperated()
  }
  return (
    <Group gap="xs">
      {announced !== null && (
        <Button variant="default" onClick={() => void withdraw()}>
          Take back
        </Button>
      )}
      <Button onClick={() => setOpened(true)}>Announce work</Button>
      {opened && <Announcement onClose={() => setOpened(false)} />}
    </Group>
  )
}

function Announcement({ onClose }: { readonly onClose: () => void }) {
  const [message, setMessage] = useState('')
  const [starts, setStarts] = useState('')
  const [ends, setEnds] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const announce = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const times = { starts: new Date(starts).toISOString(), ends: new Date(ends).toISOString() }
      await callAsOperator('announceMaintenance', { body: { ...times, message: message.trim() } })
      await forgetOperated()
      onClose()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} centered title="Announce work on the installation">
      <form onSubmit={(event) => void announce(event)}>
        <TextInput
          label="What happens"
          description="Everyone reads it, signed in or not"
          required
          maxLength={300}
          autoComplete="off"
          data-autofocus
          mb="md"
          value={message}
          onChange={(event) => setMessage(event.currentTarget.value)}
        />
        <TextInput
          label="From"
          type="datetime-local"
          required
          mb="md"
          value={starts}
          onChange={(event) => setStarts(event.currentTarget.value)}
        />
        <TextInput
          label="Until"
          type="datetime-local"
          required
          mb="md"
          value={ends}
          onChange={(event) => setEnds(event.currentTarget.value)}
        />
        {error !== null && <ProblemAlert error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={message.trim() === '' || starts === '' || ends === ''}>
            Announce
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
