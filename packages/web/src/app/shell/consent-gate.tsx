import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { privacyOptions } from '../../api/privacy.ts'

const ConsentDialog = lazy(async () => ({
  default: (await import('../../features/personal/consent-dialog.tsx')).ConsentDialog,
}))

/** Asks who has not agreed to the notice about personal data; everyone else loads nothing of it. */
export function ConsentGate() {
  const notice = useQuery(privacyOptions).data?.notice
  if (notice === undefined || notice.agreed !== null) return null
  return (
    <Suspense fallback={null}>
      <ConsentDialog version={notice.version} />
    </Suspense>
  )
}
