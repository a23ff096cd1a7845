import { Button, Checkbox, Group, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useFragment } from '../../ui/fragment-state.ts'
import classes from './recovery-kit-page.module.css'

type Props = { readonly project: string; readonly ready: boolean }

/** After set-up one goes on when one has said that the kit is kept; the sample chosen there is handed to the project. */
export function GoOn({ project, ready }: Props) {
  const navigate = useNavigate()
  const [{ next }] = useFragment()
  const [kept, setKept] = useState(false)
  if (next === undefined) return null
  const go = (): Promise<void> =>
    next === 'empty'
      ? navigate({ to: '/p/$project', params: { project } })
      : navigate({ to: '/p/$project/samples/$sample', params: { project, sample: next } })
  return (
    <Group className={classes.screen} mt="xl" justify="space-between">
      {ready ? (
        <Checkbox
          label="I have printed or saved the kit"
          checked={kept}
          onChange={(event) => setKept(event.currentTarget.checked)}
        />
      ) : (
        <Text c="dimmed">You can come back to this page from Settings.</Text>
      )}
      <Button disabled={ready && !kept} onClick={() => void go()}>
        Go to the project
      </Button>
    </Group>
  )
}
