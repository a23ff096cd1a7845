import { emptyChain, extendChain, verifyDataPlaneEntry, type ChainHead } from './data-plane-chain.ts'
import { formatKeyId, type VerifySignature } from './ed25519.ts'
import type { LedgerEntry } from './entry.ts'
import { LedgerError } from './errors.ts'

/** What a verifier holds of a data plane, from that data plane itself: how far its chain went. */
export type KnownHead = { readonly keyId: string; readonly sequence: number; readonly digest: string }

/** A data plane's part of a log: how many entries, and the digest of the last. */
export type ChainSummary = { readonly keyId: string; readonly entries: number; readonly head: string | null }

/** Follows the chain of every data plane through a log. */
export class ChainAudit {
  private readonly keys: ReadonlyMap<string, Uint8Array>
  private readonly pinned: ReadonlySet<string> | null
  private readonly known: readonly KnownHead[]
  private readonly heads = new Map<string, ChainHead>()
  private readonly verify: VerifySignature

  constructor(options: {
    keys: readonly Uint8Array[]
    pinned: readonly string[] | null
    known: readonly KnownHead[]
    verify: VerifySignature
    /** Where chains stood that were followed before. */
    heads?: readonly (readonly [keyId: string, head: ChainHead])[]
  }) {
    this.keys = new Map(options.keys.map((key) => [formatKeyId(key), key]))
    this.pinned = options.pinned === null ? null : new Set(options.pinned)
    this.known = options.known
    this.verify = options.verify
    for (const [keyId, head] of options.heads ?? []) this.heads.set(keyId, head)
  }

  /**
   * Takes the next entry of the log. The chain moves on before the first `await`, so that calls in order may overlap.
   * @throws LedgerError `ledger.signature_missing`, `ledger.signature_invalid`, `ledger.key_unknown`,
   * `ledger.key_untrusted`, `ledger.chain_gap`, `ledger.chain_broken`, `ledger.bundle_malformed`
   */
  async advance(entry: LedgerEntry, text: string, signature: Uint8Array | null): Promise<void> {
    if (entry.origin === 'control') {
      if (signature === null) return
      throw new LedgerError('ledger.bundle_malformed', 'An entry of the control plane has a data plane’s signature')
    }
    const { dataPlane } = entry.origin
    const key = this.requireKey(dataPlane)
    const head = extendChain(this.heads.get(dataPlane) ?? emptyChain, entry, text)
    this.requireKnown(dataPlane, head)
    this.heads.set(dataPlane, head)
    if (signature === null) throw new LedgerError('ledger.signature_missing', 'A data plane’s entry has no signature')
    await verifyDataPlaneEntry(key, text, signature, this.verify)
  }

  private requireKey(keyId: string): Uint8Array {
    const key = this.keys.get(keyId)
    if (key === undefined) throw new LedgerError('ledger.key_unknown', 'The log has no key for the data plane')
    if (this.pinned === null || this.pinned.has(keyId)) return key
    throw new LedgerError('ledger.key_untrusted', 'A data plane that is not pinned signed an entry')
  }

  private requireKnown(keyId: string, head: ChainHead): void {
    const differs = this.known.some(
      (known) => known.keyId === keyId && known.sequence === head.sequence && known.digest !== head.digest,
    )
    if (differs) throw new LedgerError('ledger.chain_broken', 'The data plane itself has another entry in this place')
  }

  /** Where each chain stands. */
  list(): [keyId: string, head: ChainHead][] {
    return [...this.heads]
  }

  /** What each chain came to. @throws LedgerError `ledger.chain_omission` if one ends before what is known of it */
  conclude(): ChainSummary[] {
    for (const { keyId, sequence } of this.known) {
      const reached = this.heads.get(keyId)?.sequence ?? 0
      if (reached >= sequence) continue
      throw new LedgerError(
        'ledger.chain_omission',
        `The data plane made ${sequence} entries, the log has ${reached}: the last were omitted`,
      )
    }
    return [...this.heads].map(([keyId, { sequence, digest }]) => ({ keyId, entries: sequence, head: digest }))
  }
}
