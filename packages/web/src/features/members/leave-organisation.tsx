import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { leaveOrganisation } from '@keyhold/client'
import { useNavigate } from '@tanstack/react-router'
import { forgetFetched } from '../../api/session.ts'
import { useSession } from '../../api/use-data.ts'
import { Confirm } from '../../ui/confirm.tsx'

/** Ends the own account; the last owner is told to hand ownership over first. */
export function LeaveOrganisation() {
  const { caller, self } = useSession()
  const navigate = useNavigate()
  const [opened, { open, close }] = useDisclosure(false)
  const leave = async (): Promise<void> => {
    await leaveOrganisation(caller, Date.now())
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
        Your account ends at once, with every session and your own tokens; this browser takes your devices off the
        roster first. What you saved stays, and so do tokens of programs: they are the organisation’s.
      </Confirm>
    </>
  )
}
