import { Button, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useProjectId } from '../../api/projects.ts'
import { Panel } from '../../ui/panel.tsx'

/** KEB-15, CLU-11: to second factors, sessions and what the organisation demands. */
export function SecurityPanel() {
  const project = useProjectId()
  return (
    <Panel title="Security">
      <Text mb="sm">
        Your second factors and recovery codes, where you are signed in, and what your organisation demands.
      </Text>
      <Button
        variant="default"
        renderRoot={(props) => <Link to="/p/$project/security" params={{ project }} {...props} />}
      >
        Open security
      </Button>
    </Panel>
  )
}
