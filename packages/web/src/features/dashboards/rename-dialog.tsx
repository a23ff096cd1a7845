import { Button, Group, Modal, TextInput } from '@mantine/core'
import { readDocument, saveDocument } from '@keyhold/client'
import type { DocumentHead } from '@keyhold/contract'
import { useState, type FormEvent } from 'react'
import { forgetDocument, useAsk } from '../../api/documents.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'

type Props = { readonly project: string; readonly head: DocumentHead; readonly onClose: () => void }

export function RenameDialog({ project, head, onClose }: Props) {
  const ask = useAsk(project)
  const [title, setTitle] = useState(head.title)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const rename = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const { id, kind, body, version } = await readDocument(ask, head.id)
      await saveDocument(ask, { id, kind, body, title: title.trim(), expectedVersion: version })
      await forgetDocument(project, id)
      onClose()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title="Rename" centered>
      <form onSubmit={(event) => void rename(event)}>
        <TextInput
          label="Title"
          required
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
          data-autofocus
        />
        {error !== null && <ProblemAlert error={error} />}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={title.trim() === ''}>
            Rename
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
