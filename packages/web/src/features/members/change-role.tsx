import { Button, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { changeMemberRole, transferOwnership } from '@keyhold/client'
import type { Person, Role } from '@keyhold/contract'
import { useState } from 'react'
import { useSession } from '../../api/use-data.ts'
import { Confirm } from '../../ui/confirm.tsx'
import type { Left } from './left-devices.tsx'
import { forgetMembers } from './member-options.ts'
import { RoleSelect } from './role-select.tsx'

type Props = { readonly person: Person; readonly onLeft: (left: Left) => void }

/** Another role, at the server and for the devices on the roster; or, for owners, the ownership itself. */
export function ChangeRole({ person, onLeft }: Props) {
  const { caller, self } = useSession()
  const [opened, { open, close }] = useDisclosure(false)
  const [handing, handOver] = useDisclosure(false)
  const [role, setRole] = useState<Role>(person.ownRole)
  const name = person.name ?? person.email
  const change = async (hand: boolean): Promise<void> => {
    const now = Date.now()
    const devices = await (hand
      ? transferOwnership(caller, person.id, now)
      : changeMemberRole(caller, person.id, role, now))
    if (devices.length > 0) onLeft({ name, devices })
    await forgetMembers()
  }
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open} aria-label={`Change the role of ${name}`}>
        Role
      </Button>
      <Confirm
        opened={opened}
        onClose={close}
        title={`The role of ${name}`}
        action="Change the role"
        onConfirm={() => change(false)}
      >
        <RoleSelect value={role} onChange={setRole} />
        <Text size="sm" c="dimmed" mt="sm">
          It holds from the next call on, and this browser signs it for the devices that the data plane knows. A group
          may give a stronger one.
        </Text>
        {self.role === 'owner' && (
          <Button
            variant="subtle"
            size="compact-sm"
            mt="sm"
            onClick={() => {
              close()
              handOver.open()
            }}
          >
            Hand my ownership over instead
          </Button>
        )}
      </Confirm>
      <Confirm
        opened={handing}
        onClose={handOver.close}
        title={`Hand your ownership to ${name}?`}
        action="Hand it over"
        danger
        onConfirm={() => change(true)}
      >
        {name} becomes an owner, and you an admin. Only an owner can make you one again. The recovery kit stays with the
        first device, and with those who have printed it.
      </Confirm>
    </>
  )
}
