/** Where tiles lie: a grid of 12 columns in which everything falls upwards and nothing overlaps. */
import { gridColumns, type Tile, type TilePlace } from '@keyhold/contract'

/** Pixels of a row and between tiles; the style sheet has the same. */
export const rowHeight = 56
export const gap = 16

/** Pixels that a tile of so many rows is high. */
export function heightOf(rows: number): number {
  return rows * rowHeight + (rows - 1) * gap
}

/** From top to bottom and left to right: the order of one column on a narrow screen, and of reading aloud. */
export function orderTiles<T extends { readonly place: TilePlace }>(tiles: readonly T[]): T[] {
  return tiles.toSorted((a, b) => a.place.y - b.place.y || a.place.x - b.place.x)
}

function overlaps(a: TilePlace, b: TilePlace): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

/** Lets every tile fall upwards as far as it can; `first` keeps its place before others. */
export function settleTiles(tiles: readonly Tile[], first?: string): Tile[] {
  const order = orderTiles(tiles)
  if (first !== undefined) {
    // Of two that begin in the same row, the one that was moved comes first.
    order.sort((a, b) => a.place.y - b.place.y || Number(b.id === first) - Number(a.id === first))
  }
  const placed: Tile[] = []
  for (const tile of order) {
    const place = { ...tile.place }
    while (place.y > 0 && !placed.some((other) => overlaps({ ...place, y: place.y - 1 }, other.place))) place.y--
    while (placed.some((other) => overlaps(place, other.place))) place.y++
    placed.push({ ...tile, place })
  }
  return tiles.map((tile) => placed.find(({ id }) => id === tile.id) ?? tile)
}

/** The tiles with one of them elsewhere; the others make room. */
export function placeTile(tiles: readonly Tile[], id: string, wanted: TilePlace): Tile[] {
  const place = keepInside(wanted)
  const moved = tiles.map((tile) => (tile.id === id ? { ...tile, place } : tile))
  const others = moved.filter((tile) => tile.id !== id)
  // Whatever lies where the tile now is goes below it.
  const pushed = others.map((tile) =>
    overlaps(tile.place, place) ? { ...tile, place: { ...tile.place, y: place.y + place.h } } : tile,
  )
  const all = moved.map((tile) => pushed.find((other) => other.id === tile.id) ?? tile)
  return settleTiles(all, id)
}

function keepInside({ x, y, w, h }: TilePlace): TilePlace {
  const width = Math.min(gridColumns, Math.max(1, w))
  return {
    w: width,
    h: Math.min(60, Math.max(1, h)),
    x: Math.min(gridColumns - width, Math.max(0, x)),
    y: Math.min(2_000, Math.max(0, y)),
  }
}

/** By one step: arrow keys move, with Shift they change the size. */
export function stepTile(tiles: readonly Tile[], id: string, key: string, resize: boolean): Tile[] {
  const tile = tiles.find((candidate) => candidate.id === id)
  const step = steps[key]
  if (tile === undefined || step === undefined) return [...tiles]
  const [dx, dy] = step
  const { x, y, w, h } = tile.place
  if (resize) return placeTile(tiles, id, { x, y, w: Math.min(w + dx, gridColumns - x), h: h + dy })
  if (dy > 0) return swapDown(tiles, tile)
  return placeTile(tiles, id, { x: x + dx, y: y + (dy < 0 ? -heightAbove(tiles, tile) : 0), w, h })
}

const steps: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** A tile that fell up against another goes up by passing it, not by one row into it. */
function heightAbove(tiles: readonly Tile[], tile: Tile): number {
  const above = tiles.filter(
    ({ id, place }) => id !== tile.id && place.y + place.h === tile.place.y && overlapsAcross(place, tile.place),
  )
  return above.length === 0 ? 1 : Math.min(...above.map(({ place }) => place.h))
}

/** A tile goes down by letting the one below pass. */
function swapDown(tiles: readonly Tile[], tile: Tile): Tile[] {
  const below = tiles.filter(
    ({ id, place }) => id !== tile.id && place.y >= tile.place.y + tile.place.h && overlapsAcross(place, tile.place),
  )
  const next = orderTiles(below)[0]
  if (next === undefined) return [...tiles]
  const raised = tiles.map((other) =>
    other.id === tile.id
      ? { ...other, place: { ...other.place, y: next.place.y + next.place.h } }
      : other.id === next.id
        ? { ...other, place: { ...other.place, y: tile.place.y } }
        : other,
  )
  return settleTiles(raised, next.id)
}

function overlapsAcross(a: TilePlace, b: TilePlace): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w
}

/** The highest free place of a size. */
export function findPlace(tiles: readonly Tile[], w: number, h: number): TilePlace {
  for (let y = 0; ; y++) {
    for (let x = 0; x + w <= gridColumns; x++) {
      const place = { x, y, w, h }
      if (!tiles.some((tile) => overlaps(tile.place, place))) return place
    }
  }
}
