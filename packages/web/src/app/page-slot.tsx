import { Outlet, useMatches } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { PageSkeleton } from './page-skeleton.tsx'
import { useSight } from './sight.tsx'

const OperatorPage = lazy(async () => {
  const { OperatorPage: page } = await import('../features/operator/operator-page.tsx')
  return { default: page }
})

/**
 * The page, or what the control plane has of it. The own page stays mounted meanwhile: what was typed there is not lost. A
 * route with `staticData: { ownSight: true }` shows both itself.
 */
export function PageSlot() {
  const { operator } = useSight()
  const last = useMatches({ select: (matches) => matches.at(-1) })
  const instead = operator && last?.staticData.ownSight !== true
  return (
    <>
      <div hidden={instead}>
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </div>
      {instead && (
        <Suspense fallback={<PageSkeleton />}>
          <OperatorPage />
        </Suspense>
      )}
    </>
  )
}
