import { LedgerError } from './errors.ts'
import { concatBytes, copyBytes, requireCount } from './encoding.ts'
import { foldPerfect, hashLength, nodeHash, sha256 } from './hash.ts'
import { countAtLevel, cutTile, tileWidth, type Tile } from './tiles.ts'

/**
 * All that is needed to go on appending: the size, and the hashes of the partial tile at the right edge of each level
 * (empty where that level's last tile is full). Immutable: each append gives a new one.
 */
export type Frontier = { readonly size: number; readonly tails: readonly Uint8Array[] }

/**
 * Reads a tile's hashes: at least `width` × 32 bytes of tile `index` of `level`. It may answer with the full tile where a
 * partial one was asked for. Throws if the tile is not there.
 */
export type TileReader = (level: number, index: number, width: number) => Uint8Array | Promise<Uint8Array>

/** The frontier of a tree without leaves. */
export const emptyFrontier: Frontier = { size: 0, tails: [] }

/**
 * Appends leaves, given as their concatenated leaf hashes (32 bytes each; see `hashLeaves`). Answers the new frontier and
 * every tile that is new or wider than before: full ones, then for each changed level its partial one.
 * @throws LedgerError `ledger.range_invalid` if the hashes are not whole or the tree would pass 2^53 - 1 leaves.
 */
export function appendLeaves(
  frontier: Frontier,
  leafHashes: Uint8Array,
): { readonly frontier: Frontier; readonly tiles: Tile[] } {
  if (leafHashes.length % hashLength !== 0) throw new LedgerError('ledger.range_invalid', 'A leaf hash is cut')
  const size = requireCount(frontier.size + leafHashes.length / hashLength, 'The size of a tree')
  const tails = [...frontier.tails]
  const tiles: Tile[] = []
  let incoming = leafHashes
  for (let level = 0; incoming.length > 0; level++) {
    const filled = fillTiles(level, countAtLevel(frontier.size, level + 1), tails[level], incoming)
    tiles.push(...filled.tiles)
    tails[level] = filled.tail
    incoming = filled.parents
  }
  return { frontier: { size, tails }, tiles }
}

function fillTiles(level: number, firstIndex: number, tail: Uint8Array | undefined, incoming: Uint8Array) {
  const hashes = tail === undefined ? incoming : concatBytes(tail, incoming)
  const full = Math.floor(hashes.length / (tileWidth * hashLength))
  const parents = new Uint8Array(full * hashLength)
  const tiles: Tile[] = []
  for (let i = 0; i < full; i++) {
    const tile = copyBytes(hashes, i * tileWidth * hashLength, (i + 1) * tileWidth * hashLength)
    tiles.push({ level, index: firstIndex + i, width: tileWidth, hashes: tile })
    parents.set(foldPerfect(tile, 0, tileWidth), i * hashLength)
  }
  const rest = copyBytes(hashes, full * tileWidth * hashLength)
  const width = rest.length / hashLength
  if (width > 0) tiles.push({ level, index: firstIndex + full, width, hashes: rest })
  return { tiles, tail: rest, parents }
}

/** Root of the tree of a frontier: 32 bytes; SHA-256 of nothing for an empty tree (RFC 6962 §2.1). */
export function frontierRoot(frontier: Frontier): Uint8Array {
  let root: Uint8Array | null = null
  for (const tail of frontier.tails) {
    for (const subtree of perfectSubtrees(tail).toReversed()) {
      root = root === null ? subtree : nodeHash(subtree, root)
    }
  }
  return root ?? sha256(new Uint8Array())
}

// A partial tile of width 0b1101 is perfect subtrees of 8, 4 and 1 hashes, left to right.
function perfectSubtrees(tail: Uint8Array): Uint8Array[] {
  const width = tail.length / hashLength
  const subtrees: Uint8Array[] = []
  let first = 0
  for (let count = tileWidth / 2; count >= 1; count /= 2) {
    if ((width & count) === 0) continue
    subtrees.push(foldPerfect(tail, first, count))
    first += count
  }
  return subtrees
}

/**
 * The frontier of a stored tree of `size` leaves, from its partial tiles (at most one a level).
 * @throws LedgerError `ledger.tile_malformed` if a tile is too short; whatever `read` throws.
 */
export async function readFrontier(read: TileReader, size: number): Promise<Frontier> {
  requireCount(size, 'The size of a tree')
  const tails: Uint8Array[] = []
  for (let level = 0; countAtLevel(size, level) > 0; level++) {
    const width = countAtLevel(size, level) % tileWidth
    const index = countAtLevel(size, level + 1)
    const coordinates = { level, index, width }
    tails[level] = width === 0 ? new Uint8Array() : copyBytes(cutTile(await read(level, index, width), coordinates), 0)
  }
  return { size, tails }
}
