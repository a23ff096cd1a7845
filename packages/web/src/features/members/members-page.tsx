import { useMay } from '../../api/may.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { DevicesPanel } from '../tokens/devices-panel.tsx'
import { InvitationsPanel } from './invitations-panel.tsx'
import { InviteMember } from './invite-member.tsx'
import { MembersPanel } from './members-panel.tsx'
import classes from './members-page.module.css'
import { PendingPanel } from './pending-panel.tsx'
import { RolesPanel } from './roles-panel.tsx'

/** Who is in the organisation, as what, and who is invited. */
export function MembersPage() {
  const manages = useMay('people.manage')
  return (
    <>
      <PageHeader
        title="Members"
        about="Who is in this organisation, and as what. Your data plane gives no device more than the signed roster does."
        {...(manages ? { actions: <InviteMember /> } : {})}
      />
      <div className={classes.panels}>
        <MembersPanel />
        <PendingPanel />
        {manages && <InvitationsPanel />}
        {manages && <DevicesPanel />}
        <RolesPanel />
      </div>
    </>
  )
}
