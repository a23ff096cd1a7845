import { Button, Group, Modal, Text, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { ProblemAlert } from './problem-alert.tsx'

type Props = {
  readonly opened: boolean
  readonly onClose: () => void
  /** A question: "Delete the table air.flights?" */
  readonly title: string
  /** What happens, and whether it can be undone. */
  readonly children: ReactNode
  /** The verb: "Delete". */
  readonly action: string
  readonly danger?: boolean
  /** A text that must be typed first, for what is gone for good. */
  readonly typed?: string
  readonly onConfirm: () => Promise<unknown>
}

/** Asks before what cannot be taken back; shows the failure where it was asked. */
export function Confirm({ opened, onClose, title, children, action, danger = false, typed, onConfirm }: Props) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [text, setText] = useState('')

  const close = (): void => {
    setError(null)
    setText('')
    onClose()
  }
  const run = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await onConfirm()
      close()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened={opened} onClose={close} title={title} centered>
      <Text component="div" mb="lg">
        {children}
      </Text>
      {typed !== undefined && (
        <TextInput
          label={`Type ${typed} to confirm`}
          autoComplete="off"
          spellCheck={false}
          mb="md"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      {error !== null && <ProblemAlert error={error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={close} data-autofocus>
          Cancel
        </Button>
        <Button
          color={danger ? 'wax' : 'verdigris'}
          loading={busy}
          disabled={typed !== undefined && text !== typed}
          onClick={() => void run()}
        >
          {action}
        </Button>
      </Group>
    </Modal>
  )
}
