import { Progress, Text } from '@mantine/core'
import BadgeCheck from 'lucide-react/icons/badge-check'
import CircleDashed from 'lucide-react/icons/circle-dashed'
import CloudOff from 'lucide-react/icons/cloud-off'
import ShieldAlert from 'lucide-react/icons/shield-alert'
import type { ReactNode } from 'react'
import { Badge } from '../../app/shell/badge.tsx'
import { Time } from '../../ui/figures.tsx'
import { formatCount, formatQuantity } from '../../ui/format.ts'
import { describeFault } from './describe-fault.ts'
import type { LogFault, LogState, VerifiedLog } from './log-state.ts'
import { useLogState } from './log-worker.ts'

const icon = { size: 15, 'aria-hidden': true } as const

/** Leads to the log, or to one entry of it; null where the log is on the same page. */
type AuditLink = (words: string, index: number | null) => ReactNode

/** KH-02: the log that is followed, an organisation's or the installation's; red once it is not what was signed. */
export function LogStateBadge({ link }: { readonly link: AuditLink }) {
  const state = useLogState()
  if (state.fault !== null) return <AlteredBadge fault={state.fault} link={link} />
  if (state.verified === null) return <CheckingBadge state={state} />
  return <VerifiedBadge verified={state.verified} away={state.phase === 'away'} link={link} />
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

type VerifiedProps = { readonly verified: VerifiedLog; readonly away: boolean; readonly link: AuditLink }

function VerifiedBadge({ verified, away, link }: VerifiedProps) {
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
        were checked in this browser <Time value={time} />.
        {dataPlane > 0 && ` ${formatCount(dataPlane)} are in the data plane’s own signed chain, without a gap.`}
      </Text>
      <Text size="sm" mt={6} c="dimmed">
        {since}
        {away && ' The server does not answer just now.'}
      </Text>
      {link('Open the log', null)}
    </Badge>
  )
}

function AlteredBadge({ fault, link }: { readonly fault: LogFault; readonly link: AuditLink }) {
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
      {link(fault.index === null ? 'Open the log' : `Show entry ${fault.index}`, fault.index)}
    </Badge>
  )
}
