import { useProjectId } from '../../api/projects.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { DashboardsPanel } from '../home/dashboards-panel.tsx'

export function DashboardsPage() {
  return (
    <>
      <PageHeader title="Dashboards" about="Reports side by side. Titles, SQL and layout are sealed." />
      <DashboardsPanel project={useProjectId()} />
    </>
  )
}
