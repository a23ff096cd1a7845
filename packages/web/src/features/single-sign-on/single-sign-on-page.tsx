import { useQuery } from '@tanstack/react-query'
import { PageHeader } from '../../ui/page-header.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import classes from '../security/security.module.css'
import { DomainsPanel } from './domains-panel.tsx'
import { singleSignOnOptions } from './options.ts'
import { OwnSignOnPanel } from './own-panel.tsx'
import { SignOnPolicyPanel } from './policy-panel.tsx'
import { ProviderPanel } from './provider-panel.tsx'

/** CLN-07, KH-08: the organisation's identity provider, its domains, and who signs in how. */
export function SingleSignOnPage() {
  const found = useQuery(singleSignOnOptions)
  return (
    <>
      <PageHeader
        title="Single sign-on"
        about="Members sign in at your own identity provider, by OpenID Connect. Keyhold never sees their password."
      />
      <div className={classes.panels}>
        {found.error !== null && <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />}
        {found.data === undefined ? (
          found.error === null && <BlockSkeleton height={320} />
        ) : (
          <>
            <ProviderPanel {...found.data} />
            <DomainsPanel domains={found.data.domains} />
            <OwnSignOnPanel />
            <SignOnPolicyPanel policy={found.data.policy} />
          </>
        )}
      </div>
    </>
  )
}
