import { Button, Group, Modal, Select, Text } from '@mantine/core'
import type { Group as MemberGroup } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { peopleOptions } from '../../api/people.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { forgetMembers } from './member-options.ts'
import classes from './members-page.module.css'

type Props = { readonly opened: boolean; readonly group: MemberGroup; readonly onClose: () => void }

/** Who is in a group; each change holds at once. */
export function GroupMembers({ opened, group, onClose }: Props) {
  const people = useQuery(peopleOptions)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const inGroup = new Set(group.members)
  const all = people.data ?? []
  const nameOf = ({ name, email }: (typeof all)[number]) => name ?? email
  const change = async (operation: 'addGroupMember' | 'removeGroupMember', person: string): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await api.call(operation, { params: { group: group.id, person } })
      await forgetMembers()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened={opened} onClose={onClose} centered title={`Members of ${group.name}`}>
      {group.members.length === 0 && <Text c="dimmed">Nobody is in this group yet.</Text>}
      <ul className={classes.inGroup}>
        {all
          .filter(({ id }) => inGroup.has(id))
          .map((person) => (
            <li key={person.id}>
              <span>{nameOf(person)}</span>
              {!group.provisioned && (
                <Button
                  size="compact-sm"
                  variant="default"
                  disabled={busy}
                  aria-label={`Take out ${nameOf(person)}`}
                  onClick={() => void change('removeGroupMember', person.id)}
                >
                  Take out
                </Button>
              )}
            </li>
          ))}
      </ul>
      {group.provisioned ? (
        <Text size="sm" c="dimmed">
          Your identity provider keeps who is in it.
        </Text>
      ) : (
        <Select
          label="Add a member"
          placeholder="Name or address"
          searchable
          disabled={busy}
          value={null}
          nothingFoundMessage="Everybody is in it"
          data={all
            .filter(({ id }) => !inGroup.has(id))
            .map((person) => ({ value: person.id, label: `${nameOf(person)} (${person.email})` }))}
          onChange={(person) => person !== null && void change('addGroupMember', person)}
        />
      )}
      {error !== null && <ProblemAlert error={error} />}
      <Group justify="flex-end" mt="lg">
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Modal>
  )
}
