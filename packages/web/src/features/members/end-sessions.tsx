import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { Person } from '@keyhold/contract'
import { api } from '../../api/client.ts'
import { Confirm } from '../../ui/confirm.tsx'

/** Ends all sessions of a member, whose account and devices stay. */
export function EndSessions({ person }: { readonly person: Person }) {
  const [opened, { open, close }] = useDisclosure(false)
  const name = person.name ?? person.email
  const end = async (): Promise<void> => {
    await api.call('endMemberSessions', { params: { person: person.id } })
  }
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open} aria-label={`Sign out ${name} everywhere`}>
        Sign out
      </Button>
      <Confirm opened={opened} onClose={close} title={`Sign ${name} out everywhere?`} action="Sign out" onConfirm={end}>
        All sessions end at once, as after a laptop was lost. The account, its devices and its own tokens stay: take a
        lost device off the roster too, on the page Tokens.
      </Confirm>
    </>
  )
}
