import { ApiError } from '@keyhold/contract'
import { Badge, Button, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { StandalonePage } from '../../app/standalone-page.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { CiphertextPanel } from './ciphertext-panel.tsx'
import { HealthPanel } from './health-panel.tsx'
import { InvitationsPanel } from './invitations-panel.tsx'
import { LedgerPanel } from './ledger-panel.tsx'
import { selfOptions, signOutOperator, useOperatorMay, type OperatorSelf } from './operator-api.ts'
import classes from './operators-page.module.css'
import { OrganisationsPanel } from './organisations-panel.tsx'
import { OwnPasskeysPanel } from './own-passkeys-panel.tsx'
import { OwnSessionsPanel } from './own-sessions-panel.tsx'
import { PeoplePanel } from './people-panel.tsx'
import { RequestsPanel } from './requests-panel.tsx'
import { SignInPanel } from './sign-in-panel.tsx'
import { VersionsPanel } from './versions-panel.tsx'

/** The operators' place: sign-in, and what the operator's roles show of the installation. */
export function OperatorsPage() {
  const { data, error, refetch } = useQuery(selfOptions)
  const isOut = error instanceof ApiError && error.problem.status === 401
  return (
    <StandalonePage title="Operators" wide={!isOut}>
      {isOut && <SignInPanel />}
      {!isOut && error !== null && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <BlockSkeleton height={240} />}
      {!isOut && data !== undefined && <SignedIn self={data} />}
    </StandalonePage>
  )
}

function SignedIn({ self }: { readonly self: OperatorSelf }) {
  const [seesHealth, seesOrganisations, seesVersions, recovers] = [
    useOperatorMay('health.read'),
    useOperatorMay('organisation.read'),
    useOperatorMay('version.read'),
    useOperatorMay('ciphertext.read'),
  ]
  const roles = (
    <Group gap={6} component="span">
      {self.roles.map((role) => (
        <Badge key={role} variant="outline" color="gray" component="span">
          {role}
        </Badge>
      ))}
    </Group>
  )
  return (
    <>
      <PageHeader
        title="Operators"
        about={
          <>
            {self.name}. The installation by its figures: nothing here opens an organisation’s data, or names it.{' '}
            {roles}
          </>
        }
        actions={
          <Button variant="default" onClick={() => void signOutOperator()}>
            Sign out
          </Button>
        }
      />
      <div className={classes.panels}>
        {seesHealth && <HealthPanel />}
        {seesOrganisations && <OrganisationsPanel />}
        {seesVersions && <VersionsPanel />}
        {recovers && <CiphertextPanel />}
        <PeoplePanel self={self} />
        <RequestsPanel self={self} />
        <InvitationsPanel />
        <OwnPasskeysPanel />
        <OwnSessionsPanel />
        <LedgerPanel />
      </div>
    </>
  )
}
