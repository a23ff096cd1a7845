import { Modal } from '@mantine/core'
import type { DocumentHead } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import FileChartColumn from 'lucide-react/icons/file-chart-column'
import { documentsOptions, useAsk } from '../../api/documents.ts'
import { DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import classes from './history-drawer.module.css'

type Props = {
  readonly opened: boolean
  readonly onClose: () => void
  readonly project: string
  readonly onOpen: (id: string) => void
}

/** The project's reports. Their titles are sealed: the list is opened in this browser. */
export function OpenReportDialog({ opened, onClose, project, onOpen }: Props) {
  const ask = useAsk(project)
  const reports = useQuery({ ...documentsOptions(ask, project, 'report'), enabled: opened })
  return (
    <Modal opened={opened} onClose={onClose} title="Open a report" size="lg">
      <DataList<DocumentHead>
        label="Reports"
        items={reports.data}
        error={reports.error}
        onRetry={() => void reports.refetch()}
        keyOf={({ id }) => id}
        columns={[
          {
            key: 'title',
            title: 'Report',
            cell: ({ id, title }) => (
              <button type="button" className={classes.open} onClick={() => onOpen(id)}>
                {title}
              </button>
            ),
          },
          { key: 'updated', title: 'Saved', numeric: true, cell: ({ updated }) => <Time value={updated} c="dimmed" /> },
        ]}
        empty={
          <Empty
            icon={<FileChartColumn size={22} />}
            title="No reports yet"
            about="Save a query (Ctrl-S): everyone in the project finds it here, and dashboards are made of them."
          />
        }
      />
    </Modal>
  )
}
