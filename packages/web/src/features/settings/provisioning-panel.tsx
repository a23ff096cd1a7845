import { Button, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useProjectId } from '../../api/projects.ts'
import { Panel } from '../../ui/panel.tsx'

/** CLN-07: to the connection with an identity provider. */
export function ProvisioningPanel() {
  const project = useProjectId()
  return (
    <Panel title="Provisioning">
      <Text mb="sm">
        Your identity provider can keep members and groups here by SCIM: who leaves there is out here within a second.
      </Text>
      <Button
        variant="default"
        renderRoot={(props) => <Link to="/p/$project/provisioning" params={{ project }} {...props} />}
      >
        Open provisioning
      </Button>
    </Panel>
  )
}
