/** Whether the log that the server shows continues the one that this browser saw before. */
import {
  LedgerError,
  openCheckpoint,
  parseVerifierKey,
  readCheckpoint,
  verifyExtension,
  type Checkpoint,
  type OpenedCheckpoint,
  type VerifierKey,
} from '@keyhold/ledger'
import { decodeBase64url, encodeBase64url } from '@keyhold/sealed'
import { queryOptions } from '@tanstack/react-query'
import { api } from './client.ts'
import { readLog, writeLog } from './store.ts'

type LogState = {
  /** Entries in the log. */
  readonly size: number
  /** Entries that are new since this browser last looked; null at its first look. */
  readonly added: number | null
}

/** Checked again every half minute; an altered log is an error and stays one. */
export const logStateOptions = queryOptions({
  queryKey: ['log-state'],
  queryFn: checkLog,
  refetchInterval: 30_000,
  retry: false,
})

/**
 * Fetches the newest checkpoint, checks its signature by the log key that this browser pinned, and that it extends the
 * last one seen here. Throws LedgerError: `ledger.note_unsigned`, `ledger.rolled_back`, `ledger.consistency_invalid`.
 */
async function checkLog(): Promise<LogState> {
  const newest = await api.call('readCheckpoint', {})
  const origin = readCheckpoint(newest.checkpoint).origin
  const seen = await readLog(origin)
  // At first sight the key is what the server says; from then on it is this one.
  const key = parseVerifierKey(seen?.verifierKey ?? newest.verifierKey)
  const head = await openCheckpoint(newest.checkpoint, { log: [key] })
  const verifierKey = seen?.verifierKey ?? newest.verifierKey
  if (seen === undefined) {
    await writeLog(origin, { verifierKey, size: head.size, root: encodeBase64url(head.root) })
    return { size: head.size, added: null }
  }
  const reached = await extend(
    { origin, size: seen.size, root: decodeBase64url(seen.root) ?? new Uint8Array() },
    key,
    head,
  )
  await writeLog(origin, { verifierKey, size: reached.size, root: encodeBase64url(reached.root) })
  return { size: reached.size, added: reached.size - seen.size }
}

async function extend(older: Checkpoint, key: VerifierKey, newest: OpenedCheckpoint): Promise<Checkpoint> {
  if (newest.size < older.size) throw new LedgerError('ledger.rolled_back', 'The log is shorter than it was')
  const { checkpoint, proof } = await api.call('readConsistency', { query: { from: older.size } })
  const head = await openCheckpoint(checkpoint, { log: [key] })
  verifyExtension(
    older,
    head,
    proof.map((hash) => decodeBase64url(hash) ?? new Uint8Array()),
  )
  return head
}
