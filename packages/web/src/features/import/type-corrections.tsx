import { Button, Text } from '@mantine/core'
import type { TableProfile } from '@keyhold/contract'
import { useSession } from '../../api/use-data.ts'
import { formatQuantity } from '../../ui/format.ts'
import { queryClient } from '../../api/query-client.ts'
import classes from './type-corrections.module.css'
import { changeChoice, startTask, useImportTasks, type ImportTask } from './import-tasks.ts'
import { TaskFailure } from './task-failure.tsx'
import { TaskProgress } from './task-progress.tsx'

type Props = {
  readonly task: ImportTask
  readonly profile: TableProfile
  readonly types: ReadonlyMap<string, string>
  readonly onDone: () => void
}

/** Loads the same file again under other types: nothing is converted that was not in the file. */
export function TypeCorrections({ task, profile, types, onDone }: Props) {
  const session = useSession()
  const now = useImportTasks().find(({ id }) => id === task.id) ?? task
  const busy = now.state === 'sending' || now.state === 'importing'
  const load = async (): Promise<void> => {
    const schema = profile.columns.map(({ name, type }) => ({ name, type: types.get(name) ?? type }))
    const settings = { ...task.choice.settings, schema, allowSchemaChange: true }
    changeChoice(task.id, { mode: 'replace', settings })
    if ((await startTask(session, task.id)) !== 'done') return
    await queryClient.invalidateQueries({ queryKey: ['data', task.project, 'table.profile'] })
    onDone()
  }
  return (
    <div className={classes.bar}>
      {busy ? (
        <div className={classes.words}>
          <TaskProgress task={now} />
        </div>
      ) : (
        <>
          <div className={classes.words}>
            <Text fw={600}>{formatQuantity(types.size, 'type')} changed</Text>
            <Text size="sm" c="dimmed">
              The same file is loaded again in place of what is there; a value that is none of its new type is refused
              by its line.
            </Text>
            {now.state === 'failed' && <TaskFailure task={now} />}
          </div>
          <Button onClick={() => void load()}>Load it again</Button>
        </>
      )}
    </div>
  )
}
