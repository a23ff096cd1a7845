import { Button, Progress } from '@mantine/core'
import { useState } from 'react'
import { useSession } from '../../api/use-data.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { formatBytes, formatDuration, formatQuantity } from '../../ui/format.ts'
import classes from './import-page.module.css'
import { giveUpTask, stopTask, type ImportTask } from './import-tasks.ts'

/** A file on its way: how far, how fast, how long. */
export function TaskProgress({ task }: { readonly task: ImportTask }) {
  const session = useSession()
  const [asking, setAsking] = useState(false)
  const { state, done, total, choice } = task
  const share = total === 0 ? 0 : (100 * done) / total
  return (
    <div className={classes.phases}>
      <Progress
        value={share}
        aria-label={`${choice.fileName}, how far`}
        transitionDuration={120}
        animated={total === 0}
      />
      <div className={`${classes.line} kh-figures`} role="status">
        <span>{describePhase(task)}</span>
        <span>{describePace(task)}</span>
      </div>
      {state === 'sending' && (
        <div className={classes.foot}>
          <span />
          <span>
            <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setAsking(true)}>
              Give up
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => stopTask(task.id)}>
              Stop for now
            </Button>
          </span>
        </div>
      )}
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title={`Give up ${choice.fileName}?`}
        action="Give up"
        danger
        onConfirm={() => giveUpTask(session, task)}
      >
        What was sent of it is thrown away. The table stays as it is.
      </Confirm>
    </div>
  )
}

function describePhase({ state, done, total, rows, resumed }: ImportTask): string {
  if (state === 'importing') return rows === 0 ? 'Importing' : `Importing, ${formatQuantity(rows, 'row')}`
  const again = resumed ? ', going on where it was' : ''
  return `Sealing and sending ${formatBytes(done)} of ${formatBytes(total)}${again}`
}

function describePace({ state, pace }: ImportTask): string {
  if (state !== 'sending' || pace === undefined) return ''
  return `${formatBytes(pace.bytesPerSecond)}/s, ${formatDuration(Math.max(0, pace.secondsLeft))} left`
}
