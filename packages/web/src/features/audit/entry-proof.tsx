import { Text } from '@mantine/core'
import BadgeCheck from 'lucide-react/icons/badge-check'
import ShieldAlert from 'lucide-react/icons/shield-alert'
import { LedgerError } from '@keyhold/ledger'
import { formatCount } from '../../ui/format.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { describeFault } from './describe-fault.ts'
import classes from './entry-proof.module.css'
import type { ListedEntry } from './log-book.ts'
import { useLogState } from './log-worker.ts'
import { ProofPicture } from './proof-picture.tsx'
import { useProof } from './use-proof.ts'

/** Whether this entry is in the signed tree, shown by the hashes that lead there. */
export function EntryProof({ listed }: { readonly listed: ListedEntry }) {
  const state = useLogState()
  const proof = useProof(listed)
  const { fault } = state
  if (fault !== null && (fault.index === listed.index || state.verified === null)) {
    const { title, what, remedy } = describeFault(fault)
    return (
      <div className={classes.proof} data-tone="bad" role="alert">
        <p className={classes.title}>
          <ShieldAlert size={17} aria-hidden="true" /> {title}
        </p>
        <Text size="sm">{what}</Text>
        <Text size="sm" mt={6}>
          {remedy}
        </Text>
      </div>
    )
  }
  if (proof.error instanceof LedgerError) {
    return (
      <div className={classes.proof} data-tone="bad" role="alert">
        <p className={classes.title}>
          <ShieldAlert size={17} aria-hidden="true" /> This entry is not in the signed tree
        </p>
        <Text size="sm">
          Its hash does not lead to the root that the log signed: its text is not the one that was logged.
        </Text>
      </div>
    )
  }
  if (proof.error !== null) return <ProblemAlert error={proof.error} onRetry={() => void proof.refetch()} />
  if (proof.data === undefined) return <BlockSkeleton height={260} />
  const { size, steps, checkpoint } = proof.data
  return (
    <div className={classes.proof} data-tone="good">
      <p className={classes.title}>
        <BadgeCheck size={17} aria-hidden="true" /> Verified in your browser
      </p>
      <Text size="sm">
        {steps.length === 0 ? 'It is the whole tree.' : `${steps.length} hashes lead from it`} to the root of{' '}
        {formatCount(size)} entries, which the log’s pinned key signed.
      </Text>
      <ProofPicture index={listed.index} proven={proof.data} />
      <details>
        <summary className={classes.summary}>The signed checkpoint</summary>
        <pre className={classes.note}>{checkpoint}</pre>
      </details>
    </div>
  )
}
