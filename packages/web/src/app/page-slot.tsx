import { Outlet, useMatches } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { places } from './navigation.ts'
import { PageSkeleton } from './page-skeleton.tsx'
import { useSight } from './sight.tsx'

const OperatorPage = lazy(async () => {
  const { OperatorPage: page } = await import('../features/operator/operator-page.tsx')
  return { default: page }
})

/** The page, or what the control plane has of it. A route with `staticData: { ownSight: true }` shows that itself. */
export function PageSlot() {
  const { operator } = useSight()
  const last = useMatches({ select: (matches) => matches.at(-1) })
  if (!operator || last?.staticData.ownSight === true) {
    return (
      <Suspense fallback={<PageSkeleton />}>
        <Outlet />
      </Suspense>
    )
  }
  const place = findPlace(last?.fullPath ?? '')
  return (
    <Suspense fallback={<PageSkeleton />}>
      <OperatorPage title={place.name} subject={place.subject} />
    </Suspense>
  )
}

/** The place that an address belongs to; pages of none are the home's. */
function findPlace(path: string): (typeof places)[number] {
  const [home, ...others] = places
  return others.find(({ to }) => path.startsWith(to)) ?? home
}
