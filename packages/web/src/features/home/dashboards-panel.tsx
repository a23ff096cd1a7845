import { Anchor, Button } from '@mantine/core'
import type { DocumentList } from '@keyhold/contract'
import { Link } from '@tanstack/react-router'
import LayoutDashboard from 'lucide-react/icons/layout-dashboard'
import { useData } from '../../api/use-data.ts'
import { DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { AllLink } from './recent-panels.tsx'

const recent = 5

/** Dashboards saved last. Their titles are sealed: the list is opened in this browser. */
export function DashboardsPanel({ project }: { readonly project: string }) {
  const dashboards = useData(project, 'document.list', { kind: 'dashboard' }, readList)
  return (
    <Panel
      title="Dashboards"
      flush
      actions={<AllLink to="/p/$project/dashboards" project={project} what="dashboards" />}
    >
      <DataList
        label="Dashboards saved last"
        items={dashboards.data?.slice(0, recent)}
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
          { key: 'updated', title: 'Saved', numeric: true, cell: ({ updated }) => <Time value={updated} c="dimmed" /> },
        ]}
        empty={
          <Empty
            icon={<LayoutDashboard size={22} />}
            title="No dashboards yet"
            about="Ask a question, draw its answer, and put it on a dashboard."
            action={
              <Button
                variant="default"
                renderRoot={(props) => <Link to="/p/$project/explore" params={{ project }} {...props} />}
              >
                Ask a question
              </Button>
            }
          />
        }
      />
    </Panel>
  )
}

function readList(answer: unknown): DocumentList['documents'] {
  return (answer as DocumentList).documents
}
