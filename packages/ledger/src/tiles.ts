import { concatBytes, copyBytes, requireCount } from './encoding.ts'
import { LedgerError } from './errors.ts'
import { hashLength } from './hash.ts'

/** Hashes in a full tile. */
export const tileWidth = 256

/** Where a tile is: level 0 has leaf hashes, each level above the roots of full tiles; width 1 to 256 (256: full). */
export type TileCoordinates = { readonly level: number; readonly index: number; readonly width: number }

/** A tile with its `width` × 32 bytes of hashes. */
export type Tile = TileCoordinates & { readonly hashes: Uint8Array }

/** Path of a tile under the log's prefix, such as `tile/0/x001/067.p/112` (tlog-tiles, "Merkle Tree"). */
export function formatTilePath(tile: TileCoordinates): string {
  if (!Number.isInteger(tile.level) || tile.level < 0 || tile.level > 63) {
    throw new LedgerError('ledger.range_invalid', 'A tile level must be from 0 to 63')
  }
  return `tile/${tile.level}/${formatIndex(tile.index)}${formatWidth(tile.width)}`
}

/** Path of an entry bundle under the log's prefix, such as `tile/entries/x001/067` (tlog-tiles, "Log entries"). */
export function formatEntriesPath(index: number, width: number = tileWidth): string {
  return `tile/entries/${formatIndex(index)}${formatWidth(width)}`
}

/**
 * Coordinates of a path that `formatTilePath` or `formatEntriesPath` gives; level `'entries'` for the latter.
 * @throws LedgerError `ledger.tile_malformed` for any other text.
 */
export function parseTilePath(path: string): {
  readonly level: number | 'entries'
  readonly index: number
  readonly width: number
} {
  const match = /^tile\/(0|[1-9]\d?|entries)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path)
  const level = match?.[1] === 'entries' ? 'entries' : Number(match?.[1])
  const index = Number(match?.[2]?.replaceAll(/[x/]/g, ''))
  const width = match?.[3] === undefined ? tileWidth : Number(match[3])
  const known =
    match !== null && Number.isSafeInteger(index) && width <= tileWidth && (level === 'entries' || level < 64)
  if (known) {
    const again = level === 'entries' ? formatEntriesPath(index, width) : formatTilePath({ level, index, width })
    if (again === path) return { level, index, width }
  }
  throw new LedgerError('ledger.tile_malformed', 'Not a tile path')
}

function formatIndex(index: number): string {
  const digits = String(requireCount(index, 'A tile index'))
  const parts = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? []
  return parts.map((part, i) => (i < parts.length - 1 ? `x${part}` : part)).join('/')
}

function formatWidth(width: number): string {
  if (!Number.isInteger(width) || width < 1 || width > tileWidth) {
    throw new LedgerError('ledger.range_invalid', 'A tile width must be from 1 to 256')
  }
  return width === tileWidth ? '' : `.p/${width}`
}

/** Hashes that the tree of `size` leaves has at a tile level: floor(size / 256^level). */
export function countAtLevel(size: number, level: number): number {
  return Math.floor(size / tileWidth ** level)
}

/** Width of a tile in the tree of `size` leaves: 256 if full, 0 if it is not in the tree. */
export function widthInTree(size: number, level: number, index: number): number {
  return Math.max(0, Math.min(tileWidth, countAtLevel(size, level) - index * tileWidth))
}

/** Bundle of entries: each with a big-endian 16-bit length before it. At most 65,535 bytes an entry. */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const parts = entries.flatMap((entry) => {
    if (entry.length > 0xffff) throw new LedgerError('ledger.range_invalid', 'An entry is longer than 65,535 bytes')
    return [new Uint8Array([entry.length >> 8, entry.length & 0xff]), entry]
  })
  return concatBytes(...parts)
}

/** The entries of a bundle. @throws LedgerError `ledger.tile_malformed` if it is cut or has more than 256. */
export function decodeEntryBundle(bundle: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = []
  let offset = 0
  while (offset < bundle.length) {
    const start = offset + 2
    const end = start + (((bundle[offset] ?? 0) << 8) | (bundle[offset + 1] ?? 0))
    if (end > bundle.length || entries.length === tileWidth) {
      throw new LedgerError('ledger.tile_malformed', 'An entry bundle is cut short or too long')
    }
    entries.push(copyBytes(bundle, start, end))
    offset = end
  }
  return entries
}

/** Checks that bytes hold at least `width` hashes and cuts them to just these (a full tile may stand in for a partial one). */
export function cutTile(hashes: Uint8Array, tile: TileCoordinates): Uint8Array {
  const length = tile.width * hashLength
  if (hashes.length < length || hashes.length % hashLength !== 0) {
    throw new LedgerError('ledger.tile_malformed', `Tile ${tile.index} of level ${tile.level} is missing hashes`)
  }
  return hashes.subarray(0, length)
}
