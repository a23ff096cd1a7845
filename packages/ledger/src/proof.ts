import { equalBytes } from './encoding.ts'
import { LedgerError } from './errors.ts'
import { hashLength, nodeHash, sha256 } from './hash.ts'

/** A tree's size and 32-byte root: what a checkpoint signs. */
export type TreeHead = { readonly size: number; readonly root: Uint8Array }

/**
 * Checks that the leaf with this leaf hash is number `index` of the tree (RFC 9162 §2.1.3.2).
 * @throws LedgerError `ledger.inclusion_invalid` if it does not show that.
 */
export function verifyInclusion(head: TreeHead, index: number, leaf: Uint8Array, proof: readonly Uint8Array[]): void {
  const refuse = (): never => {
    throw new LedgerError('ledger.inclusion_invalid', 'The inclusion proof does not lead to the root', { index })
  }
  if (!isCount(head.size) || !isCount(index) || index >= head.size) refuse()
  if (![head.root, leaf, ...proof].every((hash) => hash.length === hashLength)) refuse()
  let [node, last, hash] = [index, head.size - 1, leaf]
  for (const sibling of proof) {
    if (last === 0) refuse()
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash)
      ;[node, last] = skipLevels(node, last)
    } else {
      hash = nodeHash(hash, sibling)
    }
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  if (last !== 0 || !equalBytes(hash, head.root)) refuse()
}

/**
 * Checks that the older tree is a prefix of the newer one (RFC 9162 §2.1.4.2). An empty tree is a prefix of any.
 * @throws LedgerError `ledger.rolled_back` if the newer is smaller, `ledger.consistency_invalid` if the proof fails.
 */
export function verifyConsistency(older: TreeHead, newer: TreeHead, proof: readonly Uint8Array[]): void {
  if (!isCount(older.size) || !isCount(newer.size)) refuseConsistency()
  if (![older.root, newer.root, ...proof].every((hash) => hash.length === hashLength)) refuseConsistency()
  if (newer.size < older.size) {
    throw new LedgerError('ledger.rolled_back', `The log shrank from ${older.size} to ${newer.size} entries`)
  }
  if (older.size === 0) {
    if (proof.length > 0 || !equalBytes(older.root, sha256(new Uint8Array()))) refuseConsistency()
  } else if (older.size === newer.size) {
    if (proof.length > 0 || !equalBytes(older.root, newer.root)) refuseConsistency()
  } else {
    walkConsistency(older, newer, proof)
  }
}

function walkConsistency(older: TreeHead, newer: TreeHead, proof: readonly Uint8Array[]): void {
  let [node, last] = [older.size - 1, newer.size - 1]
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  // A complete older tree is itself the first node of the path.
  const path = node === 0 ? [older.root, ...proof] : [...proof]
  const start = path.shift() ?? refuseConsistency()
  let [oldHash, newHash] = [start, start]
  for (const sibling of path) {
    if (last === 0) refuseConsistency()
    if (node % 2 === 1 || node === last) {
      oldHash = nodeHash(sibling, oldHash)
      newHash = nodeHash(sibling, newHash)
      ;[node, last] = skipLevels(node, last)
    } else {
      newHash = nodeHash(newHash, sibling)
    }
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  if (last !== 0 || !equalBytes(oldHash, older.root) || !equalBytes(newHash, newer.root)) refuseConsistency()
}

// At the right edge, levels at which the node has no sibling of its own are passed over.
function skipLevels(node: number, last: number): [number, number] {
  while (node % 2 === 0 && node !== 0) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  return [node, last]
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function refuseConsistency(): never {
  throw new LedgerError(
    'ledger.consistency_invalid',
    'The proof does not show that the older log is a prefix of the newer',
  )
}
