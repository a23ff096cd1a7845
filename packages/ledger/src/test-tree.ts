/** A tree kept in memory, as a log would keep it on disk: for tests only. */
import { hashLeaves } from './hash.ts'
import { formatTilePath, type Tile } from './tiles.ts'
import { appendLeaves, emptyFrontier, type Frontier, type TileReader } from './tree.ts'

/** Distinct leaf data. */
export function makeLeaves(count: number, first = 0): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => new TextEncoder().encode(`leaf ${first + i}`))
}

/** Builds a tree by appending batches of the given sizes; answers its last frontier, all tiles by path, and a reader. */
export function growTree(batches: readonly number[]): {
  frontier: Frontier
  tiles: Map<string, Uint8Array>
  read: TileReader
} {
  const tiles = new Map<string, Uint8Array>()
  let frontier = emptyFrontier
  for (const count of batches) {
    const grown = appendLeaves(frontier, hashLeaves(makeLeaves(count, frontier.size)))
    frontier = grown.frontier
    for (const tile of grown.tiles) tiles.set(formatTilePath(tile), tile.hashes)
  }
  return { frontier, tiles, read: readFrom(tiles) }
}

/** A reader of exactly the tiles that were stored. */
export function readFrom(tiles: ReadonlyMap<string, Uint8Array>): TileReader {
  return (level, index, width) => {
    const path = formatTilePath({ level, index, width } satisfies Omit<Tile, 'hashes'>)
    const tile = tiles.get(path)
    if (tile === undefined) throw new Error(`${path} is not stored`)
    return tile
  }
}
