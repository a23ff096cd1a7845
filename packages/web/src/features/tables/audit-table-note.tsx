import { Anchor, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMayAskLog } from '../audit/use-audit-table.ts'

/** DAT-02: the log is a table too, for those who may read it. */
export function AuditTableNote({ project }: { readonly project: string }) {
  if (!useMayAskLog()) return null
  return (
    <Text mt="md" size="sm" c="dimmed">
      The log is a table as well: <code>system.audit</code>, verified by your data plane when it is asked.{' '}
      <Anchor
        size="sm"
        underline="always"
        renderRoot={(props) => (
          <Link to="/p/$project/explore" params={{ project }} hash="ask=system.audit" {...props} />
        )}
      >
        Ask it a question
      </Anchor>
    </Text>
  )
}
