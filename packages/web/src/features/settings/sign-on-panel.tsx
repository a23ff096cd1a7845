import { Button, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useProjectId } from '../../api/projects.ts'
import { Panel } from '../../ui/panel.tsx'

/** CLN-07: to the identity provider of the organisation. */
export function SignOnPanel() {
  const project = useProjectId()
  return (
    <Panel title="Single sign-on">
      <Text mb="sm">Let members sign in at your own identity provider, and say who else may.</Text>
      <Button
        variant="default"
        renderRoot={(props) => <Link to="/p/$project/single-sign-on" params={{ project }} {...props} />}
      >
        Open single sign-on
      </Button>
    </Panel>
  )
}
