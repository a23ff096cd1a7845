import { LedgerError } from './errors.ts'
import { requireCount } from './encoding.ts'
import { foldPerfect, nodeHash } from './hash.ts'
import { cutTile, tileWidth, widthInTree } from './tiles.ts'
import type { TileReader } from './tree.ts'

/** A run of leaves, from `low` up to but not including `high`. */
type Range = { readonly low: number; readonly high: number }

/**
 * Proof that leaf `index` is in the tree of `size` leaves: the hashes of RFC 6962 §2.1.1, from the leaf's sibling up.
 * @throws LedgerError `ledger.range_invalid` unless index < size; `ledger.tile_malformed`; whatever `read` throws.
 */
export async function proveInclusion(read: TileReader, index: number, size: number): Promise<Uint8Array[]> {
  requireCount(size, 'The size of a tree')
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
  return hashRanges(read, size, siblings.toReversed())
}

/**
 * Proof that the tree of `from` leaves is a prefix of the one of `to`: the hashes of RFC 6962 §2.1.2; empty if either
 * size is 0 or both are equal.
 * @throws LedgerError `ledger.range_invalid` unless from ≤ to; `ledger.tile_malformed`; whatever `read` throws.
 */
export async function proveConsistency(read: TileReader, from: number, to: number): Promise<Uint8Array[]> {
  requireCount(to, 'The size of a tree')
  if (requireCount(from, 'The size of a tree') > to) {
    throw new LedgerError('ledger.range_invalid', `A tree of ${to} leaves has no prefix of ${from}`)
  }
  if (from === 0) return []
  const siblings: Range[] = []
  let here: Range = { low: 0, high: to }
  while (here.high !== from) {
    const [left, right] = splitRange(here)
    siblings.push(from <= left.high ? right : left)
    here = from <= left.high ? left : right
  }
  if (here.low !== 0) siblings.push(here)
  return hashRanges(read, to, siblings.toReversed())
}

/** Root of the tree of `size` leaves whose tiles `read` gives. */
export async function readRoot(read: TileReader, size: number): Promise<Uint8Array> {
  if (size < 1) throw new LedgerError('ledger.range_invalid', 'A tree without leaves has no tiles')
  const [root] = await hashRanges(read, requireCount(size, 'The size of a tree'), [{ low: 0, high: size }])
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

async function hashRanges(read: TileReader, size: number, ranges: readonly Range[]): Promise<Uint8Array[]> {
  const tiles = new Map<string, Uint8Array>()
  const readTile = async (level: number, index: number) => {
    const key = `${level}/${index}`
    const width = widthInTree(size, level, index)
    const tile = tiles.get(key) ?? cutTile(await read(level, index, width), { level, index, width })
    tiles.set(key, tile)
    return tile
  }
  const hashes: Uint8Array[] = []
  for (const range of ranges) hashes.push(await hashRange(readTile, range))
  return hashes
}

type CachedReader = (level: number, index: number) => Promise<Uint8Array>

async function hashRange(readTile: CachedReader, range: Range): Promise<Uint8Array> {
  const [left, right] = splitRange(range)
  const perfect = left.high - left.low === right.high - right.low
  if (perfect || range.high - range.low === 1) return hashPerfectRange(readTile, range)
  return nodeHash(await hashPerfectRange(readTile, left), await hashRange(readTile, right))
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
