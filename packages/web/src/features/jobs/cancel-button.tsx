import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { Job } from '../../api/catalogue.ts'
import { api } from '../../api/client.ts'
import { queryClient } from '../../api/query-client.ts'
import { Confirm } from '../../ui/confirm.tsx'

type Props = { readonly project: string; readonly job: Job }

/** Ends a job that has not committed; nothing for others. */
export function CancelButton({ project, job }: Props) {
  const [opened, { open, close }] = useDisclosure(false)
  if (job.state !== 'queued' && job.state !== 'running') return null
  const cancel = async (): Promise<void> => {
    await api.call('cancelJob', { params: { project, job: job.id } })
    await queryClient.invalidateQueries({ queryKey: ['jobs', project] })
  }
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open}>
        Cancel
      </Button>
      <Confirm
        opened={opened}
        onClose={close}
        title="Cancel this job?"
        action="Cancel the job"
        danger
        onConfirm={cancel}
      >
        The table stays as it was. The file can be uploaded again.
      </Confirm>
    </>
  )
}
