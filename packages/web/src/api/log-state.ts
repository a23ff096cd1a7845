/** Whether the log that the server shows continues the one that this browser saw before. */
import { ApiError, type CallOutput } from '@keyhold/contract'
import { LedgerError, openCheckpoint, parseVerifierKey, verifyExtension } from '@keyhold/ledger'
import { decodeBase64url, encodeBase64url } from '@keyhold/sealed'
import { queryOptions } from '@tanstack/react-query'
import { api } from './client.ts'
import { queryClient } from './query-client.ts'
import { sessionOptions } from './session.ts'
import { readLog, writeLog, type SeenLog } from './store.ts'

type LogState = {
  /** Entries in the log. */
  readonly size: number
  /** Entries that are new since this browser last looked; null at its first look. */
  readonly added: number | null
}

/** Checked again every two minutes, since each look is itself an entry; an altered log is an error and stays one. */
export const logStateOptions = queryOptions({
  queryKey: ['log-state'],
  queryFn: checkLog,
  refetchInterval: 120_000,
  staleTime: 60_000,
  refetchOnWindowFocus: false,
  retry: false,
})

/**
 * Checks the newest checkpoint's signature by the log key that this browser pinned, and that it extends the last one
 * seen here. Throws LedgerError: `ledger.note_signature_invalid`, `ledger.rolled_back`, `ledger.consistency_invalid`.
 */
async function checkLog(): Promise<LogState> {
  const { organisation } = (await queryClient.ensureQueryData(sessionOptions)).self
  const seen = await readLog(organisation)
  return seen === undefined ? pinLog(organisation) : extendLog(organisation, seen)
}

/** At first sight the log's key is what the server says; from then on it is this one. */
async function pinLog(organisation: string): Promise<LogState> {
  const { checkpoint, verifierKey } = await api.call('readCheckpoint', {})
  const { origin, size, root } = await openCheckpoint(checkpoint, { log: [parseVerifierKey(verifierKey)] })
  await writeLog(organisation, { origin, verifierKey, size, root: encodeBase64url(root) })
  return { size, added: null }
}

async function extendLog(organisation: string, seen: SeenLog): Promise<LogState> {
  const { checkpoint, proof } = await readExtension(seen.size)
  const newest = await openCheckpoint(checkpoint, { log: [parseVerifierKey(seen.verifierKey)] })
  const older = { origin: seen.origin, size: seen.size, root: decodeHash(seen.root) }
  verifyExtension(older, newest, proof.map(decodeHash))
  await writeLog(organisation, { ...seen, size: newest.size, root: encodeBase64url(newest.root) })
  return { size: newest.size, added: newest.size - seen.size }
}

async function readExtension(from: number): Promise<CallOutput<'readConsistency'>> {
  try {
    return await api.call('readConsistency', { query: { from } })
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'audit.beyond_log') throw error
    throw new LedgerError('ledger.rolled_back', `The log is shorter than the ${from} entries that this browser saw`)
  }
}

function decodeHash(text: string): Uint8Array {
  return decodeBase64url(text) ?? new Uint8Array()
}
