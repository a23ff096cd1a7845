import { concatBytes, encodeText, toBase64Url } from './encoding.ts'
import type { Sign, VerifySignature } from './ed25519.ts'
import type { DataPlaneOrigin, LedgerEntry } from './entry.ts'
import { LedgerError } from './errors.ts'
import { sha256 } from './hash.ts'

/** The last entry of a data plane's chain: its sequence and digest; 0 and null before the first. */
export type ChainHead = { readonly sequence: number; readonly digest: string | null }

/** The head of a chain without entries. */
export const emptyChain: ChainHead = { sequence: 0, digest: null }

const signatureLabel = encodeText('keyhold/ledger-entry/1\n')

/** The origin of a data plane's next entry. */
export function nextOrigin(dataPlane: string, head: ChainHead): DataPlaneOrigin {
  return { dataPlane, sequence: head.sequence + 1, previous: head.digest }
}

/** Signs an entry's exact text: Ed25519 over "keyhold/ledger-entry/1\n" || UTF-8 bytes. 64 bytes. */
export async function signDataPlaneEntry(text: string, sign: Sign): Promise<Uint8Array> {
  return sign(signedMessage(text))
}

/** Checks a data plane's signature over an entry's exact text. @throws LedgerError `ledger.signature_invalid` */
export async function verifyDataPlaneEntry(
  publicKey: Uint8Array,
  text: string,
  signature: Uint8Array,
  verify: VerifySignature,
): Promise<void> {
  if (signature.length === 64 && (await verify(publicKey, signedMessage(text), signature))) return
  throw new LedgerError('ledger.signature_invalid', 'The data plane’s signature of the entry does not verify')
}

/** Digest of an entry's exact text, as the next entry's `previous` names it: base64url(SHA-256(UTF-8 bytes)). */
export function entryDigest(text: string): string {
  return toBase64Url(sha256(encodeText(text)))
}

/**
 * Goes one entry along a data plane's chain and answers the new head. Signatures are not checked here.
 * @throws LedgerError `ledger.chain_gap` if entries are missing before this one; `ledger.chain_broken` if it repeats a
 * sequence, or if its `previous` is not the digest of the one before; `ledger.entry_malformed` if it is no data plane's.
 */
export function extendChain(head: ChainHead, entry: LedgerEntry, text: string): ChainHead {
  if (entry.origin === 'control') throw new LedgerError('ledger.entry_malformed', 'The entry is not a data plane’s')
  const { sequence, previous } = entry.origin
  if (sequence > head.sequence + 1) {
    const missing = `${head.sequence + 1} to ${sequence - 1}`
    throw new LedgerError('ledger.chain_gap', `Entries ${missing} of the data plane are missing: omitted from the log`)
  }
  if (sequence <= head.sequence || previous !== head.digest) {
    throw new LedgerError(
      'ledger.chain_broken',
      `Entry ${sequence} of the data plane does not follow the one before it`,
    )
  }
  return { sequence, digest: entryDigest(text) }
}

function signedMessage(text: string): Uint8Array {
  return concatBytes(signatureLabel, encodeText(text))
}
