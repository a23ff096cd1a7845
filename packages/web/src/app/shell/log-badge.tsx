import { Anchor, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import BadgeCheck from 'lucide-react/icons/badge-check'
import CircleDashed from 'lucide-react/icons/circle-dashed'
import ShieldAlert from 'lucide-react/icons/shield-alert'
import { LedgerError } from '@keyhold/ledger'
import { logStateOptions } from '../../api/log-state.ts'
import { describeProblem } from '../../api/problem.ts'
import { useProjectId } from '../../api/projects.ts'
import { formatCount, formatQuantity } from '../../ui/format.ts'
import { Badge } from './badge.tsx'

/** Whether the log continues what this browser saw before; red once it does not. */
export function LogBadge() {
  const { data, error } = useQuery(logStateOptions)
  if (error instanceof LedgerError) return <AlteredBadge error={error} />
  if (data === undefined) {
    return (
      <Badge
        tone="calm"
        icon={<CircleDashed size={15} aria-hidden="true" />}
        text="log"
        label="The log was not checked yet"
      >
        <Text size="sm">The log’s newest checkpoint is being fetched.</Text>
      </Badge>
    )
  }
  const since =
    data.added === null
      ? 'This browser sees the log for the first time and has pinned its key.'
      : `It continues what this browser saw before; ${formatQuantity(data.added, 'entry is new', 'entries are new')}.`
  return (
    <Badge
      tone="good"
      icon={<BadgeCheck size={15} aria-hidden="true" />}
      text={formatCount(data.size)}
      label={`Log: ${formatQuantity(data.size, 'entry', 'entries')}, signed and continuous`}
    >
      <Text fw={600} mb={4}>
        {formatQuantity(data.size, 'entry', 'entries')}, signed
      </Text>
      <Text size="sm">{since}</Text>
      <AuditLink />
    </Badge>
  )
}

function AlteredBadge({ error }: { readonly error: LedgerError }) {
  const { code, message, remedy } = describeProblem(error)
  return (
    <Badge
      tone="bad"
      icon={<ShieldAlert size={15} aria-hidden="true" />}
      text="log altered"
      label="log altered: what is wrong with it"
    >
      <Text fw={600} mb={4}>
        {message}
      </Text>
      <Text size="sm">{remedy}</Text>
      <Text size="xs" c="dimmed" mt={6} ff="monospace">
        {code}
      </Text>
      <AuditLink />
    </Badge>
  )
}

function AuditLink() {
  const project = useProjectId()
  return (
    <Anchor
      component={Link}
      to="/p/$project/audit"
      params={{ project } as never}
      size="sm"
      mt={8}
      display="inline-block"
    >
      Open the log
    </Anchor>
  )
}
