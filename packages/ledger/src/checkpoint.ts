import { equalBytes, fromBase64, requireCount } from './encoding.ts'
import type { VerifySignature } from './ed25519.ts'
import { LedgerError } from './errors.ts'
import { hashLength, sha256 } from './hash.ts'
import { openNote, parseNote, signNote, type NoteSigner } from './note.ts'
import { verifyConsistency } from './proof.ts'
import type { VerifierKey } from './verifier-key.ts'

/** A log's head: which log, how many entries, their root. Extension lines are refused: nothing of ours makes them. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Uint8Array }

/** A checkpoint whose log's signature verified, with the cosignatures that did (`timestamp` in seconds since 1970). */
export type OpenedCheckpoint = Checkpoint & {
  readonly signedBy: VerifierKey
  readonly witnesses: readonly { readonly key: VerifierKey; readonly timestamp: number }[]
}

/** The note text of a checkpoint (tlog-checkpoint, "Note text"). @throws LedgerError `ledger.checkpoint_malformed` */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  const text = `${origin}\n${requireCount(size, 'The size of a log')}\n${root.toBase64()}\n`
  parseCheckpoint(text)
  return text
}

/** The checkpoint of a note text, strictly. @throws LedgerError `ledger.checkpoint_malformed` */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', digits = '', encoded = '', end, ...rest] = text.split('\n')
  const size = Number(digits)
  const root = fromBase64(encoded)
  const whole = origin !== '' && end === '' && rest.length === 0
  if (!whole || !/^(?:0|[1-9]\d*)$/.test(digits) || !Number.isSafeInteger(size) || root?.length !== hashLength) {
    throw new LedgerError('ledger.checkpoint_malformed', 'Not a checkpoint: origin, size and root, a line each')
  }
  if (size === 0 && !equalBytes(root, sha256(new Uint8Array()))) {
    throw new LedgerError('ledger.checkpoint_malformed', 'The root of an empty log is not that of an empty tree')
  }
  return { origin, size, root }
}

/** A checkpoint signed by its log. The signers' names should be the origin. */
export async function signCheckpoint(checkpoint: Checkpoint, signers: readonly NoteSigner[]): Promise<string> {
  return signNote(formatCheckpoint(checkpoint), signers)
}

/** What a checkpoint's note says, unverified: for a log reading back its own. */
export function readCheckpoint(note: string): Checkpoint {
  return parseCheckpoint(parseNote(note).text)
}

/**
 * Opens a log's signed checkpoint: a key of `log` must have signed it, under the name that is the origin; cosignatures of
 * `witnesses` are reported. @throws LedgerError what `openNote` throws, `ledger.checkpoint_malformed`,
 * `ledger.origin_mismatch` if the checkpoint is of another log than the key's.
 */
export async function openCheckpoint(
  note: string,
  keys: { readonly log: readonly VerifierKey[]; readonly witnesses?: readonly VerifierKey[] },
  verify?: VerifySignature,
): Promise<OpenedCheckpoint> {
  const witnesses = (keys.witnesses ?? []).filter(({ type }) => type === 'cosignature')
  const log = keys.log.filter(({ type }) => type === 'ed25519')
  const { text, signatures } = await openNote(note, [...log, ...witnesses], verify)
  const checkpoint = parseCheckpoint(text)
  const signedBy = signatures.find(({ timestamp }) => timestamp === null)?.key
  if (signedBy === undefined)
    throw new LedgerError('ledger.note_unsigned', 'The log itself has not signed this checkpoint')
  if (signedBy.name !== checkpoint.origin) {
    throw new LedgerError('ledger.origin_mismatch', 'The checkpoint is of another log than its key')
  }
  const cosigned = signatures.flatMap(({ key, timestamp }) => (timestamp === null ? [] : [{ key, timestamp }]))
  return { ...checkpoint, signedBy, witnesses: cosigned }
}

/**
 * Checks that a later checkpoint of a log extends an earlier one.
 * @throws LedgerError `ledger.origin_mismatch`, `ledger.rolled_back`, `ledger.consistency_invalid`
 */
export function verifyExtension(older: Checkpoint, newer: Checkpoint, proof: readonly Uint8Array[]): void {
  if (older.origin !== newer.origin) {
    throw new LedgerError('ledger.origin_mismatch', 'The two checkpoints are of different logs')
  }
  verifyConsistency(older, newer, proof)
}
