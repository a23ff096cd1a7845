import { Button, FileButton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queryClient } from '../../api/query-client.ts'
import { useSession } from '../../api/use-data.ts'
import { formatBytes } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './kept-panel.module.css'
import { addKnown, giveUpTask, startTask, type ImportTask } from './import-tasks.ts'
import { dropOrder, listOrders, readHandle, type KeptOrder } from './kept-orders.ts'

type Props = { readonly project: string; readonly tasks: readonly ImportTask[] }

/** Uploads that a reload or a closed window broke off. */
export function KeptPanel({ project, tasks }: Props) {
  const kept = useQuery({ queryKey: ['kept', project], queryFn: () => listOrders(project), staleTime: 0 })
  const shown = kept.data?.filter(({ id }) => !tasks.some((task) => task.id === id)) ?? []
  if (shown.length === 0) return null
  return (
    <Panel title="Not finished">
      <ul className={classes.list}>
        {shown.map((order) => (
          <KeptRow key={order.id} project={project} order={order} />
        ))}
      </ul>
    </Panel>
  )
}

function KeptRow({ project, order }: { readonly project: string; readonly order: KeptOrder }) {
  const session = useSession()
  const { choice, handle } = order
  const [error, setError] = useState<unknown>(null)
  const [wrong, setWrong] = useState(false)
  const forget = async (): Promise<void> => {
    await dropOrder(order.id)
    await queryClient.invalidateQueries({ queryKey: ['kept', project] })
  }
  const goOn = async (file: File): Promise<void> => {
    const same = file.name === choice.fileName && file.size === choice.size
    setWrong(!same)
    if (!same) return
    // The journal is found by name, size and time: it finds out whether the contents are the same too.
    const id = addKnown(project, { file, handle }, { ...choice, lastModified: choice.lastModified })
    await forget()
    await startTask(session, id)
  }
  const open = async (): Promise<void> => {
    const file = handle === null ? undefined : await readHandle(handle)
    if (file !== undefined) await goOn(file)
  }
  const giveUp = async (): Promise<void> => {
    setError(null)
    try {
      const file = new File([], choice.fileName)
      const id = addKnown(project, { file, handle: null }, choice)
      const task = { id, project, file, handle: null, choice } as ImportTask
      await giveUpTask(session, task)
      await forget()
    } catch (failure) {
      setError(failure)
    }
  }
  return (
    <li className={classes.row}>
      <div className={classes.words}>
        <Text fw={600} truncate>
          {choice.fileName}
        </Text>
        <Text size="sm" c="dimmed">
          {formatBytes(choice.size)} into {choice.bucket}.{choice.table}. What was sent is kept for some days.
        </Text>
        {wrong && (
          <Text size="sm" c="var(--kh-wax)" role="alert">
            That is another file: choose {choice.fileName} again.
          </Text>
        )}
      </div>
      {handle === null ? (
        <FileButton onChange={(file) => void (file === null ? undefined : goOn(file))}>
          {(props) => (
            <Button variant="default" {...props}>
              Choose it again
            </Button>
          )}
        </FileButton>
      ) : (
        <Button variant="default" onClick={() => void open()}>
          Go on
        </Button>
      )}
      <Button variant="subtle" color="gray" onClick={() => void giveUp()}>
        Give up
      </Button>
      {error !== null && <ProblemAlert error={error} />}
    </li>
  )
}
