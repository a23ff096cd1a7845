import { Button } from '@mantine/core'
import { useMay } from '../../api/may.ts'
import { useProjectId } from '../../api/projects.ts'
import { useSession } from '../../api/use-data.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { Empty } from '../../ui/empty.tsx'
import { DropZone } from './drop-zone.tsx'
import { isName } from './file-name.ts'
import classes from './import-page.module.css'
import { addFiles, startTask, useImportTasks, type ImportTask } from './import-tasks.ts'
import { KeptPanel } from './kept-panel.tsx'
import { TaskCard } from './task-card.tsx'

/** Files become tables: chosen, sealed, sent, imported. */
export function ImportPage() {
  if (useMay('data.write')) return <BringPage />
  return (
    <>
      <PageHeader title="Bring files" />
      <Empty
        title="Your role brings no files"
        about="Owners, admins and analysts do; an owner or admin can give you such a role."
      />
    </>
  )
}

function BringPage() {
  const project = useProjectId()
  const session = useSession()
  const tasks = useImportTasks().filter((task) => task.project === project)
  const waiting = tasks.filter(isReady)
  const startAll = async (): Promise<void> => {
    // One after another: together they would only share the line.
    for (const { id } of waiting) await startTask(session, id)
  }
  return (
    <>
      <PageHeader
        title="Bring files"
        about="Each becomes a table. Names, settings and contents are sealed in this browser; only your data plane opens them."
        {...(waiting.length < 2
          ? {}
          : { actions: <Button onClick={() => void startAll()}>{`Bring all ${waiting.length}`}</Button> })}
      />
      <div className={classes.stack}>
        <DropZone compact={tasks.length > 0} onFiles={(files) => addFiles(project, files, lastBucket(tasks))} />
        <KeptPanel project={project} tasks={tasks} />
        {tasks.toReversed().map((task) => (
          <TaskCard key={task.id} task={task} />
        ))}
      </div>
    </>
  )
}

function isReady({ state, choice }: ImportTask): boolean {
  return state === 'chosen' && isName(choice.bucket) && isName(choice.table)
}

function lastBucket(tasks: readonly ImportTask[]): string {
  return tasks.at(-1)?.choice.bucket ?? 'main'
}
