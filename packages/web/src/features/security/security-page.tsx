import { useQuery } from '@tanstack/react-query'
import { PageHeader } from '../../ui/page-header.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { OwnSignOnPanel } from '../single-sign-on/own-panel.tsx'
import { DevicesPanel } from '../tokens/devices-panel.tsx'
import { FactorsPanel } from './factors-panel.tsx'
import { PolicyPanel } from './policy-panel.tsx'
import classes from './security.module.css'
import { securityOptions } from './security-options.ts'
import { SessionsPanel } from './sessions-panel.tsx'

/** KEB-15, CLU-11: how you prove who you are, where you are signed in, and what your organisation demands. */
export function SecurityPage() {
  const security = useQuery(securityOptions)
  return (
    <>
      <PageHeader
        title="Security"
        about="How you prove who you are, where you are signed in, and what your organisation demands."
      />
      <div className={classes.panels}>
        {security.data !== undefined ? (
          <FactorsPanel security={security.data} />
        ) : security.error !== null ? (
          <ProblemAlert error={security.error} onRetry={() => void security.refetch()} />
        ) : (
          <BlockSkeleton height={240} />
        )}
        <OwnSignOnPanel />
        <SessionsPanel />
        <DevicesPanel own />
        {security.data !== undefined && <PolicyPanel security={security.data} />}
      </div>
    </>
  )
}
