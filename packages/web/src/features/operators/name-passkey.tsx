import { Button, Group, Modal, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { ProblemAlert } from '../../ui/problem-alert.tsx'

type Props = {
  readonly title: string
  readonly action: string
  /** What the name is at first. */
  readonly first: string
  readonly onClose: () => void
  readonly onNamed: (name: string) => Promise<void>
}

/** Asks what a passkey is called; shows the failure where it was asked. */
export function NamePasskey({ title, action, first, onClose, onNamed }: Props) {
  const [name, setName] = useState(first)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await onNamed(name.trim())
      onClose()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} centered title={title}>
      <form onSubmit={(event) => void save(event)}>
        <TextInput
          label="Name of the passkey"
          description="To know it by later; only you see it"
          required
          maxLength={200}
          autoComplete="off"
          data-autofocus
          mb="md"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {error !== null && <ProblemAlert error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={name.trim() === ''}>
            {action}
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
