import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { revokeKey } from '@keyhold/client'
import { queryClient } from '../../api/query-client.ts'
import { useSession } from '../../api/use-data.ts'
import { Confirm } from '../../ui/confirm.tsx'
import type { Device } from '@keyhold/client'
import { rosterKey } from './roster-options.ts'

/** Takes a device off the roster by a change that this browser signs. */
export function RemoveDevice({ device }: { readonly device: Device }) {
  const { caller } = useSession()
  const [opened, { open, close }] = useDisclosure(false)
  const remove = async (): Promise<void> => {
    await revokeKey(caller, device.keyId, Date.now())
    await queryClient.invalidateQueries({ queryKey: rosterKey })
  }
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open} aria-label={`Remove ${device.name}`}>
        Remove
      </Button>
      <Confirm
        opened={opened}
        onClose={close}
        title={`Remove ${device.name}?`}
        action="Remove"
        danger
        onConfirm={remove}
      >
        The data plane believes its key no more. What it signed before stays in the log.
      </Confirm>
    </>
  )
}
