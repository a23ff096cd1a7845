import { Button, Group, Modal, Text, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { api } from '../../api/client.ts'
import { describeBrowser } from '../../api/device.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { makePasskey } from './passkey.ts'

type Props = {
  readonly onClose: () => void
  /** Hears the recovery codes that came with a first factor. */
  readonly onAdded: (codes: readonly string[] | null) => void
}

/** A new passkey, with a name to know it by. */
export function AddPasskey({ onClose, onAdded }: Props) {
  const [name, setName] = useState(describeBrowser())
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const answer = await makePasskey(await api.call('beginPasskey', {}))
      onAdded((await api.call('addPasskey', { body: { name: name.trim(), answer } })).recoveryCodes)
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title="New passkey" centered>
      <form onSubmit={(event) => void add(event)}>
        <Text mb="sm">
          The browser asks for your fingerprint, face, PIN or security key. The passkey works only under the name{' '}
          <code>{location.hostname}</code>.
        </Text>
        <TextInput
          label="Name"
          description="To know it by later"
          maxLength={200}
          value={name}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {error !== null && <ProblemAlert error={error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={name.trim() === ''}>
            Make the passkey
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
