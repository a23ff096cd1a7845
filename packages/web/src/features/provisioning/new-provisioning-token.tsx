import { Alert, Button, Group, Modal, Select, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useState, type FormEvent } from 'react'
import { api } from '../../api/client.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { forgetProvisioning } from './provisioning-options.ts'
import classes from './provisioning.module.css'

const lives = [
  { value: '90', label: '90 days' },
  { value: '180', label: '180 days' },
  { value: '365', label: 'a year' },
]

/** Makes a token for an identity provider, and shows it this once. */
export function NewProvisioningToken() {
  const [opened, { open, close }] = useDisclosure(false)
  const [secret, setSecret] = useState<string | null>(null)
  const end = (): void => {
    setSecret(null)
    close()
  }
  return (
    <>
      <Button onClick={open}>New token</Button>
      <Modal
        opened={opened}
        onClose={end}
        centered
        title={secret === null ? 'New provisioning token' : 'The token is ready'}
        closeOnClickOutside={secret === null}
      >
        {secret === null ? <TokenForm onMade={setSecret} onCancel={end} /> : <Shown secret={secret} onDone={end} />}
      </Modal>
    </>
  )
}

type FormProps = { readonly onMade: (secret: string) => void; readonly onCancel: () => void }

function TokenForm({ onMade, onCancel }: FormProps) {
  const [name, setName] = useState('')
  const [days, setDays] = useState('365')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const make = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    const expires = new Date(Date.now() + Number(days) * 86_400_000).toISOString()
    try {
      const made = await api.call('createProvisioningToken', { body: { name: name.trim(), expires } })
      await forgetProvisioning()
      onMade(made.secret)
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void make(event)}>
      <TextInput
        label="Name"
        description="The identity provider that gets it"
        required
        maxLength={200}
        autoComplete="off"
        data-autofocus
        mb="md"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label="Ends after"
        data={lives}
        value={days}
        allowDeselect={false}
        onChange={(chosen) => setDays(chosen ?? days)}
      />
      {error !== null && <ProblemAlert error={error} />}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" loading={busy} disabled={name.trim() === ''}>
          Make the token
        </Button>
      </Group>
    </form>
  )
}

function Shown({ secret, onDone }: { readonly secret: string; readonly onDone: () => void }) {
  return (
    <>
      <Alert color="ochre" title="Shown this once" mb="md">
        Copy it into your identity provider now. It keeps members and groups and can do nothing else; whoever has it can
        put people into any group that provisioning made.
      </Alert>
      <div className={classes.copied}>
        <code data-testid="provisioning-token">{secret}</code>
        <CopyButton value={secret} label="Copy the token" />
      </div>
      <Group justify="flex-end" mt="lg">
        <Button onClick={onDone}>I have copied it</Button>
      </Group>
    </>
  )
}
