import { useMay, useMayAsk } from '../../api/may.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { AddressesPanel } from './addresses-panel.tsx'
import { AppearancePanel } from './appearance-panel.tsx'
import { InventoryPanel } from './inventory-panel.tsx'
import { KeysPanel } from './keys-panel.tsx'
import { NewProject } from './new-project.tsx'
import { OrganisationPanel } from './organisation-panel.tsx'
import { ProjectPanel } from './project-panel.tsx'
import { PasswordPanel } from '../passwords/password-panel.tsx'
import { ProvisioningPanel } from './provisioning-panel.tsx'
import { RecoveryPanel } from './recovery-panel.tsx'
import { SecurityPanel } from './security-panel.tsx'
import classes from './settings-page.module.css'
import { SignOnPanel } from './sign-on-panel.tsx'
import { YouPanel } from './you-panel.tsx'
import { YourDataPanel } from './your-data-panel.tsx'

/** What this project is, under which keys, and who you are to it. */
export function SettingsPage() {
  const mayManage = useMay('project.manage')
  const managesOrganisation = useMay('organisation.manage')
  const mayReadKeys = useMay('data.read')
  const mayProvision = useMay('provisioning.manage')
  const mayRecover = useMayAsk('recovery.kit')
  return (
    <>
      <PageHeader
        title="Settings"
        about="What this project is, under which keys, and who you are to it."
        {...(mayManage ? { actions: <NewProject /> } : {})}
      />
      <div className={classes.panels}>
        <ProjectPanel />
        {mayReadKeys && <KeysPanel />}
        <OrganisationPanel />
        <AddressesPanel />
        {mayProvision && <ProvisioningPanel />}
        {managesOrganisation && <SignOnPanel />}
        <YouPanel />
        <SecurityPanel />
        <PasswordPanel />
        <YourDataPanel />
        {mayRecover && <RecoveryPanel />}
        <InventoryPanel />
        <AppearancePanel />
      </div>
    </>
  )
}
