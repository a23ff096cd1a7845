import { Button, Group, Modal, Select, TextInput } from '@mantine/core'
import { groupRoles, type Group as MemberGroup } from '@keyhold/contract'
import { useState, type FormEvent } from 'react'
import { api } from '../../api/client.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { forgetMembers } from './member-options.ts'
import { roleWords } from './role-words.ts'

type Props = {
  readonly opened: boolean
  /** The group to change; null for a new one. */
  readonly group: MemberGroup | null
  readonly onClose: () => void
}

/** A new group, or another name or role of one. */
export function GroupForm({ opened, group, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} centered title={group === null ? 'New group' : `Change ${group.name}`}>
      <Fields group={group} onDone={onClose} />
    </Modal>
  )
}

const noRole = 'none'

function Fields({ group, onDone }: { readonly group: MemberGroup | null; readonly onDone: () => void }) {
  const [name, setName] = useState(group?.name ?? '')
  const [role, setRole] = useState<MemberGroup['role']>(group?.role ?? null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    const body = { name: name.trim(), role }
    try {
      await (group === null
        ? api.call('createGroup', { body })
        : api.call('changeGroup', { params: { group: group.id }, body }))
      await forgetMembers()
      onDone()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void save(event)}>
      <TextInput
        label="Name"
        required
        maxLength={200}
        autoComplete="off"
        data-autofocus
        mb="md"
        disabled={group?.provisioned === true}
        description={group?.provisioned === true ? 'Your identity provider keeps it' : undefined}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label="Role of its members"
        description={role === null ? 'Everybody keeps the own role' : roleWords[role]}
        data={[{ value: noRole, label: 'no role' }, ...groupRoles]}
        value={role ?? noRole}
        allowDeselect={false}
        onChange={(chosen) => setRole(groupRoles.find((known) => known === chosen) ?? null)}
      />
      {error !== null && <ProblemAlert error={error} />}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={busy} disabled={name.trim() === ''}>
          {group === null ? 'Make the group' : 'Save'}
        </Button>
      </Group>
    </form>
  )
}
