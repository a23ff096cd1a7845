import { Text } from '@mantine/core'
import { PageHeader } from '../../ui/page-header.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { NewProvisioningToken } from './new-provisioning-token.tsx'
import { ProvisionedPanel } from './provisioned-panel.tsx'
import classes from './provisioning.module.css'
import { ProvisioningTokens } from './provisioning-tokens.tsx'

/** CLN-07: the connection with an identity provider that keeps members and groups. */
export function ProvisioningPage() {
  const url = `${location.origin}/scim/v2`
  return (
    <>
      <PageHeader
        title="Provisioning"
        about="Your identity provider keeps members and groups here by SCIM 2.0. Which role a group gives stays yours to choose."
        actions={<NewProvisioningToken />}
      />
      <div className={classes.panels}>
        <Panel title="Connect">
          <Text mb="xs">Give your identity provider this address, and a token as its bearer:</Text>
          <div className={classes.copied}>
            <code>{url}</code>
            <CopyButton value={url} label="Copy the address" />
          </div>
          <Text size="sm" c="dimmed" mt="sm">
            Map the user name to the e-mail address. Accounts begin as viewers without a password; whoever is set
            inactive is signed out at once. The last owner cannot be removed this way, and owners and admins keep their
            addresses.
          </Text>
        </Panel>
        <ProvisioningTokens />
        <ProvisionedPanel />
      </div>
    </>
  )
}
