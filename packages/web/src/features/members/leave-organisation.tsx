import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { api } from '../../api/client.ts'
import { forgetFetched } from '../../api/session.ts'
import { useSession } from '../../api/use-data.ts'
import { Confirm } from '../../ui/confirm.tsx'

/** Ends the own account; the last owner is told to hand ownership over first. */
export function LeaveOrganisation() {
  const { self } = useSession()
  const navigate = useNavigate()
  const [opened, { open, close }] = useDisclosure(false)
  const leave = async (): Promise<void> => {
    await api.call('leaveOrganisation', {})
    forgetFetched()
    await navigate({ to: '/sign-in' })
  }
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open}>
        Leave
      </Button>
      <Confirm
        opened={opened}
        onClose={close}
        title={`Leave ${self.organisationName}?`}
        action="Leave"
        danger
        onConfirm={leave}
      >
        Your account ends at once, with every session. What you saved stays, and so do tokens: they are the
        organisation’s. Ask an owner or admin to take your devices off the roster.
      </Confirm>
    </>
  )
}
