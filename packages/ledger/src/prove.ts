import { LedgerError } from './errors.ts'
import { requireCount } from './encoding.ts'
import { foldPerfect, nodeHash } from './hash.ts'
import { cutTile, tileWidth, widthInTree } from './tiles.ts'
import type { TileReader } from './tree.ts'

/** A run of leaves, from `low` up to but not including `high`. */
type Range = { readonly low: number; readonly high: number }

/** Proofs in one tree: tiles are read once, and hashes that several proofs share are computed once. */
export type Prover = {
  /**
   * Proof that leaf `index` is in the tree: the hashes of RFC 6962 §2.1.1, from the leaf's sibling up.
   * @throws LedgerError `ledger.range_invalid` unless index < size; `ledger.tile_malformed`; whatever `read` throws.
   */
  readonly inclusion: (index: number) => Promise<Uint8Array[]>
  /**
   * Proof that the tree of `from` leaves is a prefix of this one: the hashes of RFC 6962 §2.1.2; empty if `from` is 0 or
   * the size.
   * @throws LedgerError `ledger.range_invalid` unless from ≤ size; `ledger.tile_malformed`; whatever `read` throws.
   */
  readonly consistency: (from: number) => Promise<Uint8Array[]>
}

/** A prover for the tree of `size` leaves whose tiles `read` gives. @throws LedgerError `ledger.range_invalid` */
export function createProver(read: TileReader, size: number): Prover {
  requireCount(size, 'The size of a tree')
  const hashRanges = createRangeHasher(read, size)
  return {
    async inclusion(index) {
      if (requireCount(index, 'A leaf index') >= size) {
        throw new LedgerError('ledger.range_invalid', `Leaf ${index} is not in a tree of ${size}`)
      }
      const siblings: Range[] = []
      let here: Range = { low: 0, high: size }
      while (here.high - here.low > 1) {
        const [left, right] = splitRange(here)
        siblings.push(index < left.high ? right : left)
        here = index < left.high ? left : right
      }
      return hashRanges(siblings.toReversed())
    },
    async consistency(from) {
      if (requireCount(from, 'The size of a tree') > size) {
        throw new LedgerError('ledger.range_invalid', `A tree of ${size} leaves has no prefix of ${from}`)
      }
      if (from === 0) return []
      const siblings: Range[] = []
      let here: Range = { low: 0, high: size }
      while (here.high !== from) {
        const [left, right] = splitRange(here)
        siblings.push(from <= left.high ? right : left)
        here = from <= left.high ? left : right
      }
      if (here.low !== 0) siblings.push(here)
      return hashRanges(siblings.toReversed())
    },
  }
}

/** One inclusion proof of {@link createProver}. */
export async function proveInclusion(read: TileReader, index: number, size: number): Promise<Uint8Array[]> {
  return createProver(read, size).inclusion(index)
}

/** One consistency proof of {@link createProver}. */
export async function proveConsistency(read: TileReader, from: number, to: number): Promise<Uint8Array[]> {
  return createProver(read, to).consistency(from)
}

/** Root of the tree of `size` leaves whose tiles `read` gives. */
export async function readRoot(read: TileReader, size: number): Promise<Uint8Array> {
  if (size < 1) throw new LedgerError('ledger.range_invalid', 'A tree without leaves has no tiles')
  const [root] = await createRangeHasher(read, requireCount(size, 'The size of a tree'))([{ low: 0, high: size }])
  return root!
}

// RFC 6962 §2.1: at the largest power of two smaller than the number of leaves.
function splitRange({ low, high }: Range): [Range, Range] {
  let half = 1
  while (half * 2 < high - low) half *= 2
  return [
    { low, high: low + half },
    { low: low + half, high },
  ]
}

type RangeHasher = (ranges: readonly Range[]) => Promise<Uint8Array[]>

function createRangeHasher(read: TileReader, size: number): RangeHasher {
  const tiles = new Map<string, Uint8Array>()
  const perfect = new Map<string, Uint8Array>()
  const readTile = async (level: number, index: number) => {
    const key = `${level}/${index}`
    const width = widthInTree(size, level, index)
    const tile = tiles.get(key) ?? cutTile(await read(level, index, width), { level, index, width })
    tiles.set(key, tile)
    return tile
  }
  const hashPerfect: PerfectHasher = async (range) => {
    const key = `${range.low}/${range.high}`
    const hash = perfect.get(key) ?? (await hashPerfectRange(readTile, range))
    perfect.set(key, hash)
    return hash
  }
  return async (ranges) => {
    const hashes: Uint8Array[] = []
    for (const range of ranges) hashes.push(await hashRange(hashPerfect, range))
    return hashes
  }
}

type CachedReader = (level: number, index: number) => Promise<Uint8Array>
type PerfectHasher = (range: Range) => Promise<Uint8Array>

async function hashRange(hashPerfect: PerfectHasher, range: Range): Promise<Uint8Array> {
  const [left, right] = splitRange(range)
  const perfect = left.high - left.low === right.high - right.low
  if (perfect || range.high - range.low === 1) return hashPerfect(range)
  return nodeHash(await hashPerfect(left), await hashRange(hashPerfect, right))
}

// A perfect, aligned range is 2^r neighbouring hashes (r < 8) of one tile.
async function hashPerfectRange(readTile: CachedReader, { low, high }: Range): Promise<Uint8Array> {
  let level = 0
  let step = 1
  while (high - low >= step * tileWidth) {
    level++
    step *= tileWidth
  }
  const first = low / step
  const tile = await readTile(level, Math.floor(first / tileWidth))
  return foldPerfect(tile, first % tileWidth, (high - low) / step)
}
