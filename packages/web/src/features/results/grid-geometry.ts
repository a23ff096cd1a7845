/** Where rows and columns of a grid lie. Rows have one height, so a place is arithmetic and a million rows cost nothing. */

export const rowHeight = 28
export const headerHeight = 44
/** Height that every browser can lay out: Firefox ends at 17.8 million pixels, others at 33. */
const tallest = 16_000_000

/** Rows are taller in all than an element can be: the scrollbar then moves more than a pixel for each of its own. */
export type RowGeometry = {
  readonly rows: number
  /** Height of the visible part below the header. */
  readonly height: number
  /** Height of all rows. */
  readonly total: number
  /** Height of the element that is scrolled. */
  readonly spacer: number
  /** Pixels of rows for each pixel of the scrollbar; 1 unless there are too many rows. */
  readonly scale: number
}

export function measureRows(rows: number, height: number, most = tallest): RowGeometry {
  const total = rows * rowHeight
  const spacer = Math.min(total, most)
  const scale = spacer === total || spacer <= height ? 1 : (total - height) / (spacer - height)
  return { rows, height, total, spacer, scale }
}

/** The rows' own position for a position of the scrollbar, and back. */
export const topOfScroll = (geometry: RowGeometry, scroll: number): number => scroll * geometry.scale
export const scrollOfTop = (geometry: RowGeometry, top: number): number => top / geometry.scale

export function clampTop(geometry: RowGeometry, top: number): number {
  return Math.max(0, Math.min(top, geometry.total - geometry.height))
}

const spare = 4

/** First row to draw and the one after the last, some more than are seen. */
export function findRows(geometry: RowGeometry, top: number): { first: number; end: number } {
  const first = Math.max(0, Math.floor(top / rowHeight) - spare)
  const end = Math.min(geometry.rows, Math.ceil((top + geometry.height) / rowHeight) + spare)
  return { first, end: Math.max(first, end) }
}

/** The most rows that `findRows` gives at once. */
export function countSlots({ height }: RowGeometry): number {
  return Math.ceil(height / rowHeight) + 1 + 2 * spare
}

/** Left edges of columns, and the right edge of the last. */
export function measureColumns(widths: readonly number[]): Float64Array {
  const edges = new Float64Array(widths.length + 1)
  for (const [index, width] of widths.entries()) edges[index + 1] = (edges[index] ?? 0) + width
  return edges
}

/** First column to draw and the one after the last, one more on each side than are seen. */
export function findColumns(edges: Float64Array, left: number, width: number): { first: number; end: number } {
  const columns = edges.length - 1
  const first = Math.max(0, lastEdgeUpTo(edges, left) - 1)
  const end = Math.min(columns, lastEdgeUpTo(edges, left + width) + 2)
  return { first, end: Math.max(first, end) }
}

function lastEdgeUpTo(edges: Float64Array, place: number): number {
  let low = 0
  let high = edges.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((edges[middle] ?? Infinity) <= place) low = middle
    else high = middle - 1
  }
  return low
}

/** The position nearest to `now` at which the span from `start` to `end` is seen whole in a window of that size. */
export function reveal(now: number, size: number, start: number, end: number): number {
  if (start < now) return start
  return end > now + size ? Math.min(start, end - size) : now
}

/** The column at a place, the nearest one beyond the edges. */
export function columnAt(edges: Float64Array, left: number): number {
  return Math.max(0, Math.min(edges.length - 2, lastEdgeUpTo(edges, Math.max(0, left))))
}
