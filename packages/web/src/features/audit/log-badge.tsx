import { Anchor, Progress, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import BadgeCheck from 'lucide-react/icons/badge-check'
import CircleDashed from 'lucide-react/icons/circle-dashed'
import CloudOff from 'lucide-react/icons/cloud-off'
import ShieldAlert from 'lucide-react/icons/shield-alert'
import { useProjectId, useProjects } from '../../api/projects.ts'
import { useSession } from '../../api/use-data.ts'
import { Badge } from '../../app/shell/badge.tsx'
import { Time } from '../../ui/figures.tsx'
import { formatCount, formatQuantity } from '../../ui/format.ts'
import { describeFault } from './describe-fault.ts'
import type { LogFault, LogState, VerifiedLog } from './log-state.ts'
import { useLogState, useLogWorker } from './log-worker.ts'

const icon = { size: 15, 'aria-hidden': true } as const

/** KH-02: the whole log, verified in this browser; red once it is not what was signed. */
export function LogBadge() {
  const { caller } = useSession()
  const project = useProjects()[0]?.id ?? ''
  useLogWorker({ organisation: caller.organisation, anchor: caller.anchor, project })
  const state = useLogState()
  if (state.fault !== null) return <AlteredBadge fault={state.fault} />
  if (state.verified === null) return <CheckingBadge state={state} />
  return <VerifiedBadge verified={state.verified} away={state.phase === 'away'} />
}

function CheckingBadge({ state }: { readonly state: LogState }) {
  const away = state.phase === 'away'
  return (
    <Badge
      tone="calm"
      icon={away ? <CloudOff {...icon} /> : <CircleDashed {...icon} />}
      text="log"
      label={away ? 'The log could not be fetched' : 'The log is being verified'}
    >
      <Text size="sm" mb={8}>
        {away
          ? 'The server does not answer; the log is asked for again.'
          : 'The log is being verified in this browser.'}
      </Text>
      {state.size > 0 && <Progress value={(100 * state.checked) / state.size} aria-label="Entries verified" />}
    </Badge>
  )
}

function VerifiedBadge({ verified, away }: { readonly verified: VerifiedLog; readonly away: boolean }) {
  const { size, added, time, whole, dataPlane } = verified
  const since =
    added === null
      ? 'This browser sees the log for the first time and has pinned its key.'
      : `It continues what this browser verified before; ${formatQuantity(added, 'entry is', 'entries are')} new.`
  return (
    <Badge
      tone="good"
      icon={<BadgeCheck {...icon} />}
      text={formatCount(size)}
      label={`Log verified in this browser: ${formatQuantity(size, 'entry', 'entries')}`}
    >
      <Text fw={600} mb={4}>
        {formatQuantity(size, 'entry', 'entries')}, verified here
      </Text>
      <Text size="sm">
        {whole
          ? 'Every entry’s hash, the tree and the signature of its head'
          : 'The new entries, the tree and its head'}{' '}
        were checked in this browser <Time value={time} />. {formatCount(dataPlane)} are in the data plane’s own signed
        chain, without a gap.
      </Text>
      <Text size="sm" mt={6} c="dimmed">
        {since}
        {away && ' The server does not answer just now.'}
      </Text>
      <AuditLink words="Open the log" />
    </Badge>
  )
}

function AlteredBadge({ fault }: { readonly fault: LogFault }) {
  const { title, what, remedy } = describeFault(fault)
  return (
    <Badge tone="bad" icon={<ShieldAlert {...icon} />} text="log altered" label={`log altered: ${title}`}>
      <Text fw={600} mb={4}>
        {title}
      </Text>
      <Text size="sm">{what}</Text>
      <Text size="sm" mt={6}>
        {remedy}
      </Text>
      <Text size="xs" c="dimmed" mt={6} ff="monospace">
        {fault.code}
      </Text>
      <AuditLink words={fault.index === null ? 'Open the log' : `Show entry ${fault.index}`} index={fault.index} />
    </Badge>
  )
}

function AuditLink({ words, index = null }: { readonly words: string; readonly index?: number | null }) {
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
