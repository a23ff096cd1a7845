import type { Checkpoint } from './checkpoint.ts'
import { equalBytes } from './encoding.ts'
import { LedgerError } from './errors.ts'
import { hashLength } from './hash.ts'
import { appendLeaves, emptyFrontier, frontierRoot, type Frontier } from './tree.ts'

/**
 * Rebuilds a log's tree from the leaf hashes that a bundle carries, and, from the first entry on whose own hash differs,
 * a second one from the entries themselves: which of the two has the signed root says what was altered.
 */
export class TreeAudit {
  private carried: Frontier = emptyFrontier
  private computed: Frontier | null = null
  private knownRoot: Uint8Array | null = null
  private firstDifference: number | null = null
  private readonly known: Checkpoint | null

  constructor(known: Checkpoint | null) {
    this.known = known
  }

  /** Index of the first entry that is not the one hashed, or null. */
  get difference(): number | null {
    return this.firstDifference
  }

  /** Takes the next run of leaves: as carried and as computed from the entries. */
  advance(carried: Uint8Array, computed: Uint8Array): void {
    const start = this.carried.size
    if (this.firstDifference === null) {
      const differing = findDifference(carried, computed)
      if (differing !== null) {
        this.firstDifference = start + differing
        this.computed = this.carried
      }
    }
    if (this.computed !== null) this.computed = appendLeaves(this.computed, computed).frontier
    this.noteKnownRoot(start, carried)
    this.carried = appendLeaves(this.carried, carried).frontier
  }

  private noteKnownRoot(start: number, carried: Uint8Array): void {
    if (this.known === null || this.known.size <= start) return
    const leaves = this.known.size - start
    if (leaves > carried.length / hashLength) return
    const prefix = carried.subarray(0, leaves * hashLength)
    this.knownRoot = frontierRoot(appendLeaves(this.carried, prefix).frontier)
  }

  /**
   * Compares with the signed root, then with the checkpoint known before.
   * @throws LedgerError `ledger.tile_altered`, `ledger.root_mismatch`, `ledger.consistency_invalid`, `ledger.entry_altered`
   */
  conclude(signed: Checkpoint): void {
    if (!equalBytes(frontierRoot(this.carried), signed.root)) this.refuseRoot(signed)
    if (this.known !== null && this.known.size > 0 && !equalBytes(this.knownRoot ?? signed.root, this.known.root)) {
      throw new LedgerError(
        'ledger.consistency_invalid',
        `The log’s first ${this.known.size} entries are not those of the checkpoint known before: history was rewritten`,
      )
    }
    if (this.firstDifference !== null) {
      throw new LedgerError('ledger.entry_altered', `Entry ${this.firstDifference} was altered after it was logged`, {
        index: this.firstDifference,
      })
    }
  }

  private refuseRoot(signed: Checkpoint): never {
    const at = this.firstDifference === null ? {} : { index: this.firstDifference }
    if (this.computed !== null && equalBytes(frontierRoot(this.computed), signed.root)) {
      throw new LedgerError('ledger.tile_altered', 'A stored leaf hash was altered; the entries are as signed', at)
    }
    throw new LedgerError('ledger.root_mismatch', 'The entries and hashes do not give the signed root', at)
  }
}

function findDifference(a: Uint8Array, b: Uint8Array): number | null {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return Math.floor(i / hashLength)
  return null
}
