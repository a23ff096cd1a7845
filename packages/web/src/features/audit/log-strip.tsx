import { Progress } from '@mantine/core'
import BadgeCheck from 'lucide-react/icons/badge-check'
import CircleDashed from 'lucide-react/icons/circle-dashed'
import ShieldAlert from 'lucide-react/icons/shield-alert'
import { useFragment } from '../../ui/fragment-state.ts'
import { Count, Time } from '../../ui/figures.tsx'
import { formatCount } from '../../ui/format.ts'
import { describeFault } from './describe-fault.ts'
import type { LogFault, LogState, VerifiedLog } from './log-state.ts'
import classes from './log-strip.module.css'

/** What was verified, or what is wrong. */
export function LogStrip({ state }: { readonly state: LogState }) {
  if (state.fault !== null) return <Altered fault={state.fault} />
  if (state.verified !== null) return <Verified verified={state.verified} />
  return (
    <div className={classes.strip} role="status">
      <CircleDashed size={20} aria-hidden="true" />
      <div className={classes.words}>
        <strong>{state.phase === 'away' ? 'The server does not answer' : 'Being verified'}</strong>
        <span>
          {formatCount(state.checked)} of {formatCount(state.size)} entries
        </span>
        {state.size > 0 && (
          <Progress size="xs" value={(100 * state.checked) / state.size} aria-label="Entries verified" />
        )}
      </div>
    </div>
  )
}

function Verified({ verified }: { readonly verified: VerifiedLog }) {
  const { size, root, time, dataPlane, added } = verified
  return (
    <div className={classes.strip} data-tone="good">
      <BadgeCheck size={20} aria-hidden="true" />
      <div className={classes.words}>
        <strong>
          <Count value={size} /> entries verified in your browser
        </strong>
        <span>
          <Time value={time} />, with the signature of the log’s pinned key.{' '}
          {added === null ? 'Seen here for the first time.' : `It continues what this browser verified before.`}
        </span>
      </div>
      <dl className={classes.figures}>
        <div>
          <dt>Root</dt>
          <dd className={classes.root} title={root}>
            {root}
          </dd>
        </div>
        <div>
          <dt>Data plane’s own chain</dt>
          <dd>
            <Count value={dataPlane} /> entries, no gap
          </dd>
        </div>
      </dl>
    </div>
  )
}

function Altered({ fault }: { readonly fault: LogFault }) {
  const [, setFragment] = useFragment()
  const { title, what, remedy } = describeFault(fault)
  const { index } = fault
  return (
    <div className={classes.strip} data-tone="bad" role="alert">
      <ShieldAlert size={20} aria-hidden="true" />
      <div className={classes.words}>
        <strong>{title}</strong>
        <span>{what}</span>
        <span>{remedy}</span>
        <span className={classes.foot}>
          <code>{fault.code}</code>
          {index !== null && (
            <button type="button" className={classes.show} onClick={() => setFragment({ entry: String(index) })}>
              Show entry {index}
            </button>
          )}
        </span>
      </div>
    </div>
  )
}
