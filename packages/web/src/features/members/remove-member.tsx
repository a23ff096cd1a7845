import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { removeMember } from '@keyhold/client'
import type { Person } from '@keyhold/contract'
import { useSession } from '../../api/use-data.ts'
import { Confirm } from '../../ui/confirm.tsx'
import type { Left } from './left-devices.tsx'
import { forgetMembers } from './member-options.ts'

type Props = { readonly person: Person; readonly onLeft: (left: Left) => void }

/** Ends an account with its sessions, and takes its devices off the roster. */
export function RemoveMember({ person, onLeft }: Props) {
  const { caller } = useSession()
  const [opened, { open, close }] = useDisclosure(false)
  const name = person.name ?? person.email
  const remove = async (): Promise<void> => {
    const devices = await removeMember(caller, person.id, Date.now())
    if (devices.length > 0) onLeft({ name, devices })
    await forgetMembers()
  }
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open} aria-label={`Remove ${name}`}>
        Remove
      </Button>
      <Confirm opened={opened} onClose={close} title={`Remove ${name}?`} action="Remove" danger onConfirm={remove}>
        The account and its sessions end at once, and this browser takes its devices off the roster. Name and address
        are deleted; the log keeps what was done under an id. Tokens, reports and dashboards stay: they are the
        organisation’s.
      </Confirm>
    </>
  )
}
