import { Button, Modal, Skeleton, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { documentOptions, documentsOptions, useAsk } from '../../api/documents.ts'
import { queryClient } from '../../api/query-client.ts'
import { Empty } from '../../ui/empty.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import classes from './add-report-dialog.module.css'
import { readReport, type Report } from '../../api/report.ts'

type Props = {
  readonly project: string
  readonly onClose: () => void
  readonly onAdd: (report: Report) => void
}

export function AddReportDialog({ project, onClose, onAdd }: Props) {
  const ask = useAsk(project)
  const reports = useQuery(documentsOptions(ask, project, 'report'))
  const [sought, setSought] = useState('')
  const [error, setError] = useState<unknown>(null)
  const found = reports.data?.filter(({ title }) => title.toLowerCase().includes(sought.trim().toLowerCase()))
  const add = async (id: string): Promise<void> => {
    try {
      onAdd(readReport(await queryClient.ensureQueryData(documentOptions(ask, project, id))))
    } catch (failure) {
      setError(failure)
    }
  }
  const failure = reports.error ?? error
  return (
    <Modal opened onClose={onClose} title="Add a report" size="lg" centered>
      {failure !== null && <ProblemAlert error={failure} onRetry={() => void reports.refetch()} />}
      {reports.data?.length === 0 ? (
        <Empty title="No reports yet" about="Ask a question in Explore and save it as a report." />
      ) : (
        <>
          <TextInput
            placeholder="Find a report"
            aria-label="Find a report"
            value={sought}
            onChange={(event) => setSought(event.currentTarget.value)}
            data-autofocus
          />
          <div className={classes.list}>
            {found === undefined ? (
              <Skeleton height={160} />
            ) : (
              found.map(({ id, title }) => (
                <Button key={id} variant="subtle" color="gray" justify="flex-start" onClick={() => void add(id)}>
                  <Text truncate>{title}</Text>
                </Button>
              ))
            )}
          </div>
        </>
      )}
    </Modal>
  )
}
