import { Button, Group, Modal, Text } from '@mantine/core'

type Props = {
  readonly opened: boolean
  readonly busy: boolean
  readonly onClose: () => void
  readonly onOverwrite: () => void
  readonly onTakeTheirs: () => void
}

/** Somebody else was faster. */
export function ConflictDialog({ opened, busy, onClose, onOverwrite, onTakeTheirs }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Somebody else saved this dashboard meanwhile" centered>
      <Text mb="lg">Yours is not saved yet. Save yours in place of theirs, or drop yours and look at theirs.</Text>
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          Keep editing
        </Button>
        <Button variant="default" onClick={onTakeTheirs}>
          Drop mine
        </Button>
        <Button color="wax" loading={busy} onClick={onOverwrite}>
          Save mine
        </Button>
      </Group>
    </Modal>
  )
}
