/** The way from an entry's hash to the root, step by step, for a picture of it (RFC 9162 §2.1.3.2). */
import { nodeHash } from '@keyhold/ledger'

export type ProofStep = {
  /** Where the sibling stands, seen from the entry's side. */
  readonly side: 'left' | 'right'
  readonly sibling: Uint8Array
  /** Hash of the two together. */
  readonly hash: Uint8Array
}

/** The steps of an inclusion proof; the last one's hash is what the root must be. The proof is verified elsewhere. */
export function walkProof(size: number, index: number, leaf: Uint8Array, proof: readonly Uint8Array[]): ProofStep[] {
  const steps: ProofStep[] = []
  let [node, last, hash] = [index, size - 1, leaf]
  for (const sibling of proof) {
    const fromLeft = node % 2 === 1 || node === last
    hash = fromLeft ? nodeHash(sibling, hash) : nodeHash(hash, sibling)
    steps.push({ side: fromLeft ? 'left' : 'right', sibling, hash })
    const levels = fromLeft ? countLevels(node) : 0
    node = Math.floor(node / 2 ** (levels + 1))
    last = Math.floor(last / 2 ** (levels + 1))
  }
  return steps
}

/** At the right edge, levels at which the node has no sibling of its own are passed over. */
function countLevels(node: number): number {
  let levels = 0
  for (let rest = node; rest !== 0 && rest % 2 === 0; rest /= 2) levels++
  return levels
}
