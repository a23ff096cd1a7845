import { ActionIcon, Anchor, Button, Menu, Text } from '@mantine/core'
import { drawId, saveDocument } from '@keyhold/client'
import type { DocumentHead } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import Ellipsis from 'lucide-react/icons/ellipsis'
import LayoutDashboard from 'lucide-react/icons/layout-dashboard'
import Plus from 'lucide-react/icons/plus'
import { useState } from 'react'
import { useMayAsk } from '../../api/may.ts'
import { documentsOptions, forgetDocument, useAsk } from '../../api/documents.ts'
import { useProjectId } from '../../api/projects.ts'
import { DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { SampleLinks } from '../samples/sample-links.tsx'
import { blankDashboard } from './dashboard-body.ts'
import { RenameDialog } from './rename-dialog.tsx'
import { UndoBar } from './undo-bar.tsx'
import { useDeletion } from './use-deletion.ts'

/** All dashboards of the project. */
export function DashboardsPage() {
  const project = useProjectId()
  const ask = useAsk(project)
  const navigate = useNavigate()
  const dashboards = useQuery(documentsOptions(ask, project, 'dashboard'))
  const deletion = useDeletion(project)
  const [renaming, setRenaming] = useState<DocumentHead | null>(null)
  const [error, setError] = useState<unknown>(null)
  const maySave = useMayAsk('document.save')

  const create = async (): Promise<void> => {
    const id = drawId(Date.now())
    try {
      const save = { id, kind: 'dashboard', title: 'New dashboard', body: blankDashboard, expectedVersion: null }
      await saveDocument(ask, save)
      await forgetDocument(project, id)
      await navigate({ to: '/p/$project/dashboards/$dashboard', params: { project, dashboard: id }, hash: 'edit=on' })
    } catch (failure) {
      setError(failure)
    }
  }
  const createButton = maySave && (
    <Button leftSection={<Plus size={16} aria-hidden="true" />} onClick={() => void create()}>
      New dashboard
    </Button>
  )
  const problem = error ?? deletion.error
  return (
    <>
      <PageHeader
        title="Dashboards"
        about="Reports side by side. Titles, SQL and layout are sealed."
        {...(dashboards.data?.length === 0 || !maySave ? {} : { actions: createButton })}
      />
      {problem !== null && <ProblemAlert error={problem} />}
      {deletion.deleted !== null && (
        <UndoBar what={deletion.deleted.title} onUndo={deletion.undo} onClose={deletion.close} />
      )}
      <Panel flush>
        <DataList
          label="Dashboards"
          items={dashboards.data}
          error={dashboards.error}
          onRetry={() => void dashboards.refetch()}
          keyOf={({ id }) => id}
          columns={[
            {
              key: 'title',
              title: 'Dashboard',
              cell: ({ id, title }) => (
                <Anchor
                  fw={550}
                  c="var(--kh-ink)"
                  renderRoot={(props) => (
                    <Link to="/p/$project/dashboards/$dashboard" params={{ project, dashboard: id }} {...props} />
                  )}
                >
                  {title}
                </Anchor>
              ),
            },
            { key: 'version', title: 'Version', numeric: true, secondary: true, cell: ({ version }) => version },
            {
              key: 'updated',
              title: 'Saved',
              numeric: true,
              cell: ({ updated }) => <Time value={updated} c="dimmed" />,
            },
            {
              key: 'more',
              title: 'More',
              numeric: true,
              cell: (head) =>
                maySave && (
                  <More head={head} onRename={() => setRenaming(head)} onDelete={() => void deletion.remove(head)} />
                ),
            },
          ]}
          empty={
            <Empty
              icon={<LayoutDashboard size={22} />}
              title="No dashboards yet"
              about={
                <>
                  <Text>
                    {maySave
                      ? 'Make one of your own, or begin with a sample that brings its data along.'
                      : 'Who may save in this project makes them; they appear here.'}
                  </Text>
                  <SampleLinks project={project} />
                </>
              }
              action={createButton}
            />
          }
        />
      </Panel>
      {renaming !== null && <RenameDialog project={project} head={renaming} onClose={() => setRenaming(null)} />}
    </>
  )
}

type MoreProps = { readonly head: DocumentHead; readonly onRename: () => void; readonly onDelete: () => void }

function More({ head, onRename, onDelete }: MoreProps) {
  return (
    <Menu position="bottom-end" width={160}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`More of ${head.title}`}>
          <Ellipsis size={16} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onRename}>Rename</Menu.Item>
        <Menu.Item color="wax" onClick={onDelete}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
