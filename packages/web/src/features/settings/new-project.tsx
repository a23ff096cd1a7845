import { Button, Group, Modal, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import Plus from 'lucide-react/icons/plus'
import { useState, type FormEvent } from 'react'
import { api } from '../../api/client.ts'
import { projectsOptions } from '../../api/projects.ts'
import { queryClient } from '../../api/query-client.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'

/** A project of its own keys, made by the data plane. */
export function NewProject() {
  const [opened, { open, close }] = useDisclosure(false)
  return (
    <>
      <Button leftSection={<Plus size={16} aria-hidden="true" />} onClick={open}>
        New project
      </Button>
      <Modal opened={opened} onClose={close} title="New project" centered>
        <NewProjectForm onDone={close} />
      </Modal>
    </>
  )
}

function NewProjectForm({ onDone }: { readonly onDone: () => void }) {
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const make = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (name.trim() === '') return
    setBusy(true)
    setError(null)
    try {
      const { project } = await api.call('createProject', { body: { name: name.trim() } })
      await queryClient.invalidateQueries({ queryKey: projectsOptions.queryKey })
      onDone()
      await navigate({ to: '/p/$project', params: { project: project.id } })
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void make(event)}>
      <Text size="sm" c="dimmed" mb="sm">
        Your data plane makes keys for it. Nothing of another project opens with them, and no engine ever serves two.
      </Text>
      <TextInput
        label="Name"
        description="The operator sees it"
        maxLength={200}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {error !== null && <ProblemAlert error={error} />}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={busy} disabled={name.trim() === ''}>
          Make the project
        </Button>
      </Group>
    </form>
  )
}
