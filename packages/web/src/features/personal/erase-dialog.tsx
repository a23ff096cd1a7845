import { Button, Group, Modal, PasswordInput, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState, type SubmitEvent } from 'react'
import { api } from '../../api/client.ts'
import { forgetFetched } from '../../api/session.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'

/** Says what goes and what stays, and asks for the password: it cannot be taken back. */
export function EraseDialog({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate()
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await api.call('eraseMe', { body: { password } })
      forgetFetched()
      await navigate({ to: '/sign-in' })
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title="Erase everything about you?" centered>
      <form onSubmit={(event: SubmitEvent) => void submit(event)}>
        <Text mb="sm">
          Your account, your sessions and your addresses in the log are gone at once, and cannot be brought back. What
          you loaded and saved stays your organisation’s; entries of the log stay too, and name nobody.
        </Text>
        <PasswordInput
          label="Your password"
          required
          autoComplete="current-password"
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {error !== null && <ProblemAlert error={error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="wax" loading={busy} disabled={password === ''}>
            Erase me
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
