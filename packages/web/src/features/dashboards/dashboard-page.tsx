import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { lazy, Suspense, useMemo } from 'react'
import { documentOptions, useAsk } from '../../api/documents.ts'
import { useProjectId } from '../../api/projects.ts'
import { PageSkeleton } from '../../app/page-skeleton.tsx'
import { useFragment } from '../../ui/fragment-state.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { readDashboard } from './dashboard-body.ts'
import { DashboardView } from './dashboard-view.tsx'

const DashboardEditor = lazy(async () => ({ default: (await import('./dashboard-editor.tsx')).DashboardEditor }))

// Charts are certain to come: what draws them is fetched beside the data, not after it.
void import('../charts/chart-canvas.tsx')

/** One dashboard: looked at, or, with `edit` in the fragment, changed. */
export function DashboardPage() {
  const project = useProjectId()
  const { dashboard: id } = useParams({ from: '/member/p/$project/dashboards/$dashboard' })
  const ask = useAsk(project)
  const document = useQuery(documentOptions(ask, project, id))
  const dashboard = useMemo(() => read(document.data), [document.data])
  const [fragment, change] = useFragment()

  const error = document.error ?? ('error' in dashboard ? dashboard.error : null)
  if (error !== null) {
    return (
      <>
        <PageHeader title="Dashboard" />
        <ProblemAlert error={error} onRetry={() => void document.refetch()} />
      </>
    )
  }
  if (dashboard.value === undefined) return <PageSkeleton />
  if (fragment['edit'] === undefined) {
    return (
      <DashboardView
        project={project}
        dashboard={dashboard.value}
        onEdit={() => change({ edit: 'on' }, { push: true })}
      />
    )
  }
  return (
    <Suspense fallback={<PageSkeleton />}>
      <DashboardEditor key={id} project={project} dashboard={dashboard.value} onEnd={() => change({ edit: null })} />
    </Suspense>
  )
}

type ReadOutcome =
  | { readonly value?: ReturnType<typeof readDashboard> }
  | { readonly value?: undefined; readonly error: unknown }

function read(document: Parameters<typeof readDashboard>[0] | undefined): ReadOutcome {
  if (document === undefined) return {}
  try {
    return { value: readDashboard(document) }
  } catch (error) {
    return { error }
  }
}
