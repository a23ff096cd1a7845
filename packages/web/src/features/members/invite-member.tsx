import { Alert, Button, Group, Modal, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { inviteMember } from '@keyhold/client'
import type { Role } from '@keyhold/contract'
import UserPlus from 'lucide-react/icons/user-plus'
import { useState, type FormEvent } from 'react'
import { installationOptions } from '../../api/projects.ts'
import { queryClient } from '../../api/query-client.ts'
import { useSession } from '../../api/use-data.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { forgetMembers } from './member-options.ts'
import classes from './members-page.module.css'
import { RoleSelect } from './role-select.tsx'

type Invited = Awaited<ReturnType<typeof inviteMember>>

/** Invites somebody, and shows the link this once. */
export function InviteMember() {
  const [opened, { open, close }] = useDisclosure(false)
  const [invited, setInvited] = useState<Invited | null>(null)
  const end = (): void => {
    setInvited(null)
    close()
  }
  return (
    <>
      <Button leftSection={<UserPlus size={16} aria-hidden="true" />} onClick={open}>
        Invite
      </Button>
      <Modal
        opened={opened}
        onClose={end}
        centered
        title={invited === null ? 'Invite somebody' : `${invited.invitation.email} is invited`}
        closeOnClickOutside={invited === null}
      >
        {invited === null ? (
          <InviteForm onInvited={setInvited} onCancel={end} />
        ) : (
          <LinkShown invited={invited} onDone={end} />
        )}
      </Modal>
    </>
  )
}

type FormProps = { readonly onInvited: (invited: Invited) => void; readonly onCancel: () => void }

function InviteForm({ onInvited, onCancel }: FormProps) {
  const { caller } = useSession()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const invite = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const { serverPin } = await queryClient.ensureQueryData(installationOptions)
      const place = { url: location.origin, pin: serverPin }
      onInvited(await inviteMember(caller, place, { email: email.trim(), role }))
      await forgetMembers()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void invite(event)}>
      <TextInput
        label="E-mail address"
        description="The invitation works with this address only"
        type="email"
        required
        autoComplete="off"
        data-autofocus
        mb="md"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <RoleSelect value={role} onChange={setRole} />
      {error !== null && <ProblemAlert error={error} />}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" loading={busy} disabled={email.trim() === ''}>
          Invite
        </Button>
      </Group>
    </form>
  )
}

function LinkShown({ invited, onDone }: { readonly invited: Invited; readonly onDone: () => void }) {
  return (
    <>
      <Alert color="ochre" title="Shown this once">
        Give this link to {invited.invitation.email} over a channel of your own: it works once, for seven days, and
        tells that browser which anchor key to believe. If this installation sends mail, one is on its way; its link
        asks to compare the anchor’s fingerprint instead.
      </Alert>
      <div className={classes.link}>
        <code data-testid="invitation">{invited.link}</code>
        <CopyButton value={invited.link} label="Copy the link" />
      </div>
      <Text size="sm" c="dimmed" mt="md">
        Once accepted, an owner or admin endorses the new device under Tokens.
      </Text>
      <Group justify="flex-end" mt="lg">
        <Button onClick={onDone}>I have passed it on</Button>
      </Group>
    </>
  )
}
