import { Button, Group, Modal, Text } from '@mantine/core'
import type { useBlocker } from '@tanstack/react-router'

type Props = { readonly blocker: ReturnType<typeof useBlocker> }

/** Asks before changes that are not saved are lost. */
export function LeaveDialog({ blocker }: Props) {
  if (typeof blocker !== 'object' || blocker.status !== 'blocked') return null
  return (
    <Modal opened onClose={blocker.reset} title="Leave without saving?" centered>
      <Text mb="lg">What was changed here is lost.</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={blocker.reset} data-autofocus>
          Stay
        </Button>
        <Button color="wax" onClick={blocker.proceed}>
          Leave
        </Button>
      </Group>
    </Modal>
  )
}
