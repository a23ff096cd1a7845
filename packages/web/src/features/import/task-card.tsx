import { Button, CloseButton, SegmentedControl, Text, TextInput } from '@mantine/core'
import { useSession } from '../../api/use-data.ts'
import { formatBytes } from '../../ui/format.ts'
import { isName } from './file-name.ts'
import classes from './import-page.module.css'
import { changeChoice, removeTask, startTask, type ImportTask } from './import-tasks.ts'
import { TaskDone } from './task-done.tsx'
import { TaskFailure } from './task-failure.tsx'
import { TaskOptions } from './task-options.tsx'
import { TaskProgress } from './task-progress.tsx'

/** One file, from its choices to its outcome. */
export function TaskCard({ task }: { readonly task: ImportTask }) {
  const { state, choice } = task
  const open = state === 'chosen' || state === 'failed' || state === 'stopped'
  return (
    <section className={classes.card} aria-label={choice.fileName}>
      <header className={classes.head}>
        <span className={classes.name}>{choice.fileName}</span>
        <Text size="sm" c="dimmed" className="kh-figures">
          {formatBytes(choice.size)}
        </Text>
        {(open || state === 'done') && (
          <CloseButton
            size="sm"
            aria-label={`Take ${choice.fileName} off the list`}
            onClick={() => removeTask(task.id)}
          />
        )}
      </header>
      {state === 'failed' && <TaskFailure task={task} />}
      {open ? <TaskForm task={task} /> : state === 'done' ? <TaskDone task={task} /> : <TaskProgress task={task} />}
    </section>
  )
}

function TaskForm({ task }: { readonly task: ImportTask }) {
  const session = useSession()
  const { choice } = task
  const keyed = choice.mode !== 'upsert' || (choice.settings.primaryKey?.length ?? 0) > 0
  const sound = isName(choice.bucket) && isName(choice.table) && keyed
  const name = (field: 'bucket' | 'table', label: string) => (
    <TextInput
      label={label}
      value={choice[field]}
      maxLength={63}
      spellCheck={false}
      error={isName(choice[field]) ? null : 'Letters a–z, digits and _, a letter first'}
      onChange={(event) => changeChoice(task.id, { [field]: event.currentTarget.value })}
    />
  )
  return (
    <>
      <div className={classes.fields}>
        {name('bucket', 'Bucket')}
        {name('table', 'Table')}
        <SegmentedControl
          aria-label="What happens to rows that are there"
          transitionDuration={0}
          data={[
            { value: 'replace', label: 'Replace' },
            { value: 'append', label: 'Append' },
            { value: 'upsert', label: 'Update by key' },
          ]}
          value={choice.mode}
          onChange={(mode) => changeChoice(task.id, { mode: mode })}
        />
      </div>
      {choice.mode === 'upsert' && (
        <TextInput
          mt="sm"
          label="Columns of the key"
          description="With commas between. A row of the file takes the place of the one with the same key."
          value={choice.settings.primaryKey?.join(', ') ?? ''}
          onChange={(event) => changeKey(task, event.currentTarget.value)}
        />
      )}
      <TaskOptions task={task} />
      <div className={classes.foot}>
        <Text size="sm" c="dimmed">
          {task.state === 'stopped' ? 'Stopped. What was sent is kept: it goes on from there.' : ''}
        </Text>
        <Button disabled={!sound} onClick={() => void startTask(session, task.id)}>
          {task.state === 'chosen' ? 'Bring it in' : task.state === 'stopped' ? 'Go on' : 'Try again'}
        </Button>
      </div>
    </>
  )
}

function changeKey({ id, choice }: ImportTask, text: string): void {
  const columns = text.split(',').map((name) => name.trimStart())
  const { primaryKey: _, ...settings } = choice.settings
  const key = columns.filter((name) => name !== '')
  changeChoice(id, { settings: key.length === 0 ? settings : { ...settings, primaryKey: key } })
}
