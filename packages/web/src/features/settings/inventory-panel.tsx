import { Button, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useProjectId } from '../../api/projects.ts'
import { Panel } from '../../ui/panel.tsx'

/** CLN-09: to the list of everything that is kept. */
export function InventoryPanel() {
  const project = useProjectId()
  return (
    <Panel title="Data inventory">
      <Text mb="sm">
        Every kind of data that is kept: where, under which key, and for how long. It is made from the database’s own
        schema, field by field.
      </Text>
      <Button
        variant="default"
        renderRoot={(props) => <Link to="/p/$project/inventory" params={{ project }} {...props} />}
      >
        Open the inventory
      </Button>
    </Panel>
  )
}
