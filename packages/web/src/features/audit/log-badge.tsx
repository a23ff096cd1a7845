import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useProjectId, useProjects } from '../../api/projects.ts'
import { useSession } from '../../api/use-data.ts'
import { LogStateBadge } from './log-state-badge.tsx'
import { useLogWorker } from './log-worker.ts'

/** KH-02: the organisation's whole log, verified in this browser. */
export function LogBadge() {
  const { caller } = useSession()
  const project = useProjects()[0]?.id ?? ''
  useLogWorker({ organisation: caller.organisation, anchor: caller.anchor, project })
  return <LogStateBadge link={(words, index) => <AuditLink words={words} index={index} />} />
}

function AuditLink({ words, index }: { readonly words: string; readonly index: number | null }) {
  const project = useProjectId()
  return (
    <Anchor
      size="sm"
      mt={8}
      display="inline-block"
      renderRoot={(props) => (
        <Link
          to="/p/$project/audit"
          params={{ project }}
          {...(index === null ? {} : { hash: `entry=${index}` })}
          {...props}
        />
      )}
    >
      {words}
    </Anchor>
  )
}
