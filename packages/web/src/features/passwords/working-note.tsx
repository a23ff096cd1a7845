import { Text } from '@mantine/core'

/** Said while a proof of work is done; the region is there before, so that it is read out. */
export function WorkingNote({ working }: { readonly working: boolean }) {
  return (
    <Text size="sm" c="dimmed" role="status">
      {working ? 'One moment: there were many attempts lately, so this browser computes a little first.' : ''}
    </Text>
  )
}
