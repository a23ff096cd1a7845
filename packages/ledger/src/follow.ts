import { ChainAudit } from './audit-chains.ts'
import type { BundleEntry } from './bundle.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { ChainHead } from './data-plane-chain.ts'
import { concatBytes, equalBytes } from './encoding.ts'
import { createVerifier, type VerifySignature } from './ed25519.ts'
import { entryLeafHash, parseEntry, verifyDisclosures } from './entry.ts'
import { LedgerError } from './errors.ts'
import { appendLeaves, emptyFrontier, frontierRoot, type Frontier } from './tree.ts'

/** How far a follower came: what it needs to go on another day. Can be cloned between threads and kept. */
export type FollowedState = {
  readonly frontier: Frontier
  /** By key id of the data plane. */
  readonly chains: readonly (readonly [keyId: string, head: ChainHead])[]
}

export type FollowOptions = {
  /** 32-byte public keys of the data planes that may sign entries. */
  readonly dataPlanes: readonly Uint8Array[]
  /** Where an earlier follower stood; null begins at entry 0. */
  readonly state?: FollowedState | null
  /** A checkpoint seen before: the entries must lead to its root on the way. */
  readonly known?: Checkpoint | null
  readonly verify?: VerifySignature
}

/**
 * Verifies a log as it grows, from its entries as they are listed: each entry's form, disclosed fields, the data planes'
 * signatures and chains, and at each checkpoint that exactly these entries have the signed root. What it says of a
 * checkpoint holds for every entry since entry 0, or since the state that it was given.
 */
export class LogFollower {
  private frontier: Frontier
  private readonly chains: ChainAudit
  private known: Checkpoint | null

  constructor({ dataPlanes, state = null, known = null, verify = createVerifier() }: FollowOptions) {
    this.frontier = state?.frontier ?? emptyFrontier
    this.chains = new ChainAudit({ keys: dataPlanes, pinned: null, known: [], verify, heads: state?.chains ?? [] })
    // What lies behind the state was checked when that state was reached.
    this.known = known !== null && known.size > this.frontier.size ? known : null
  }

  /** Entries taken so far. */
  get size(): number {
    return this.frontier.size
  }

  get state(): FollowedState {
    return { frontier: this.frontier, chains: this.chains.list() }
  }

  /**
   * Takes the next entries, in order. @throws LedgerError with the index at fault: `ledger.entry_missing`,
   * `ledger.entry_malformed`, `ledger.disclosure_invalid`, what `ChainAudit` throws, `ledger.consistency_invalid`
   */
  async advance(entries: readonly BundleEntry[]): Promise<void> {
    const boundary = this.known === null ? 0 : this.known.size - this.size
    if (boundary > 0 && boundary < entries.length) {
      await this.take(entries.slice(0, boundary))
      await this.take(entries.slice(boundary))
    } else await this.take(entries)
  }

  private async take(entries: readonly BundleEntry[]): Promise<void> {
    const hashes = entries.map((entry, offset) => this.hashNext(entry, this.size + offset))
    await Promise.all(entries.map((entry) => this.checkEntry(entry)))
    this.frontier = appendLeaves(this.frontier, concatBytes(...hashes)).frontier
    this.checkKnown()
  }

  private hashNext({ index, salt, entry }: BundleEntry, due: number): Uint8Array {
    if (index === due) return entryLeafHash(salt, entry)
    throw new LedgerError('ledger.entry_missing', `Entry ${due} is missing`, { index: due })
  }

  private async checkEntry({ index, entry: text, disclosures, signature }: BundleEntry): Promise<void> {
    try {
      const entry = parseEntry(text)
      verifyDisclosures(entry, disclosures)
      await this.chains.advance(entry, text, signature)
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error
      throw new LedgerError(error.code, error.message, { index, cause: error })
    }
  }

  private checkKnown(): void {
    if (this.known === null || this.known.size !== this.size) return
    if (!equalBytes(frontierRoot(this.frontier), this.known.root)) {
      throw new LedgerError(
        'ledger.consistency_invalid',
        `The log’s first ${this.known.size} entries are not those that were seen before: history was rewritten`,
      )
    }
    this.known = null
  }

  /**
   * Compares with a checkpoint of exactly the entries taken. @throws LedgerError `ledger.root_mismatch`,
   * `ledger.rolled_back` when it has fewer; `ledger.range_invalid` when it has more
   */
  conclude(signed: Checkpoint): void {
    if (signed.size < this.size) {
      throw new LedgerError('ledger.rolled_back', `The log shrank from ${this.size} to ${signed.size} entries`)
    }
    if (signed.size > this.size) {
      throw new LedgerError('ledger.range_invalid', 'The checkpoint is of more entries than were given')
    }
    if (equalBytes(frontierRoot(this.frontier), signed.root)) return
    throw new LedgerError('ledger.root_mismatch', 'The entries do not give the root that the log signed')
  }
}
