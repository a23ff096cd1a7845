import { Button, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useProjectId } from '../../api/projects.ts'
import { Panel } from '../../ui/panel.tsx'

export function RecoveryPanel() {
  const project = useProjectId()
  return (
    <Panel title="Recovery">
      <Text mb="sm">
        What rebuilds a lost data plane. Only the owner’s device gets it, and each time is in the log.
      </Text>
      <Button
        variant="default"
        renderRoot={(props) => <Link to="/p/$project/recovery-kit" params={{ project }} {...props} />}
      >
        Show the recovery kit
      </Button>
    </Panel>
  )
}
