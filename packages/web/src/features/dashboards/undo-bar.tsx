import { Button, CloseButton, Text } from '@mantine/core'
import classes from './undo-bar.module.css'

type Props = { readonly what: string; readonly onUndo: () => Promise<void>; readonly onClose: () => void }

/** Says what was deleted, and takes it back. */
export function UndoBar({ what, onUndo, onClose }: Props) {
  return (
    <div className={classes.bar} role="status">
      <Text flex={1} truncate>
        “{what}” was deleted.
      </Text>
      <Button size="compact-sm" variant="default" onClick={() => void onUndo()}>
        Undo
      </Button>
      <CloseButton size="sm" aria-label="Close" onClick={onClose} />
    </div>
  )
}
