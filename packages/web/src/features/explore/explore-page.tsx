import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { tablesOptions } from '../../api/catalogue.ts'
import { useMay } from '../../api/may.ts'
import { useProjectId } from '../../api/projects.ts'
import { useSession } from '../../api/use-data.ts'
import { PageSkeleton } from '../../app/page-skeleton.tsx'
import { useWithAuditTable } from '../audit/use-audit-table.ts'
import { useWorkbench } from './use-workbench.ts'
import { WorkbenchView } from './workbench-view.tsx'

/** For who may ask the log alone. */
const noTables = { queryKey: ['tables', 'none'], queryFn: () => Promise.resolve([]) }

/** SQL and questions, their results and charts; what lies open stays open. */
export function ExplorePage() {
  const project = useProjectId()
  const { self } = useSession()
  const mayRead = useMay('data.read')
  const listed = useQuery({ ...tablesOptions(project), ...(!mayRead && noTables) })
  const tables = useWithAuditTable(listed)
  const place = `${self.organisation}/${self.id}/${project}`
  const { value: bench, change, kept } = useWorkbench(place)
  useEffect(() => {
    document.title = 'Explore · Keyhold'
  }, [])
  if (bench === null) return <PageSkeleton />
  return (
    <WorkbenchView
      key={place}
      project={project}
      place={place}
      bench={bench}
      change={change}
      kept={kept}
      tables={tables}
    />
  )
}
