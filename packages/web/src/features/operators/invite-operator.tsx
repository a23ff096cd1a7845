import { Alert, Button, Group, Modal, TextInput } from '@mantine/core'
import type { CallOutput, OperatorRole } from '@keyhold/contract'
import { useState, type FormEvent } from 'react'
import { CopyButton } from '../../ui/copy-button.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { callAsOperator, forgetOperated } from './operator-api.ts'
import classes from './operators-page.module.css'
import { RoleChecks } from './role-checks.tsx'

type Invited = CallOutput<'inviteOperator'>

/** A name and roles become a link that is shown once. */
export function InviteOperator({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('')
  const [roles, setRoles] = useState<OperatorRole[]>([])
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [invited, setInvited] = useState<Invited | null>(null)
  const invite = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      setInvited(await callAsOperator('inviteOperator', { body: { name: name.trim(), roles } }))
      await forgetOperated()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} centered title="Invite an operator" closeOnClickOutside={invited === null}>
      {invited === null ? (
        <form onSubmit={(event) => void invite(event)}>
          <TextInput
            label="Name"
            required
            autoComplete="off"
            data-autofocus
            mb="md"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <RoleChecks value={roles} onChange={setRoles} />
          {error !== null && <ProblemAlert error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={busy} disabled={name.trim() === '' || roles.length === 0}>
              Invite
            </Button>
          </Group>
        </form>
      ) : (
        <LinkShown invited={invited} onDone={onClose} />
      )}
    </Modal>
  )
}

function LinkShown({ invited, onDone }: { readonly invited: Invited; readonly onDone: () => void }) {
  const link = `${location.origin}/operators/enrol#${invited.secret}`
  return (
    <>
      <Alert color="ochre" title="Shown this once">
        {invited.request === null
          ? 'It works once, for an hour, for whoever opens it: give it over a channel that you trust.'
          : 'It does not work yet: another administrator has to approve it within a day. From then on it works once, for an hour, for whoever opens it: give it over a channel that you trust.'}
      </Alert>
      <div className={classes.shown}>
        <code data-testid="operator-link">{link}</code>
        <CopyButton value={link} label="Copy the link" />
      </div>
      <Group justify="flex-end" mt="md">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </>
  )
}
