import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { withProof } from '@keyhold/client'
import { useState, type FormEvent } from 'react'
import { api } from '../../api/client.ts'
import { useSession } from '../../api/use-data.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { PasswordField } from '../setup/password-field.tsx'
import { useProof } from './use-proof.ts'
import { WorkingNote } from './working-note.tsx'

/** The person's own password. */
export function PasswordPanel() {
  const [opened, { open, close }] = useDisclosure(false)
  const [changed, setChanged] = useState(false)
  return (
    <Panel
      title="Password"
      actions={
        <Button size="compact-sm" variant="default" onClick={open}>
          Change password
        </Button>
      }
    >
      <Text role="status">
        {changed
          ? 'Your password was changed. Your other sessions have ended.'
          : 'It lets you in; it opens no data. A new one ends your other sessions.'}
      </Text>
      <Modal opened={opened} onClose={close} title="Change password" centered>
        <ChangeForm
          onCancel={close}
          onDone={() => {
            setChanged(true)
            close()
          }}
        />
      </Modal>
    </Panel>
  )
}

type Props = { readonly onCancel: () => void; readonly onDone: () => void }

function ChangeForm({ onCancel, onDone }: Props) {
  const { self } = useSession()
  const { working, solve } = useProof()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const change = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const body = { current, password }
      await withProof((proof) => api.call('changePassword', { body: { ...body, ...(proof && { proof }) } }), solve)
      onDone()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void change(event)}>
      <Stack gap="sm">
        <PasswordInput
          label="Present password"
          required
          data-autofocus
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordField
          label="New password"
          value={password}
          own={[self.email ?? '', self.organisationName]}
          onChange={setPassword}
        />
        {error !== null && <ProblemAlert error={error} />}
        <WorkingNote working={working} />
      </Stack>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" loading={busy} disabled={current === '' || password === ''}>
          Change it
        </Button>
      </Group>
    </form>
  )
}
