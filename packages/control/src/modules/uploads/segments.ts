/** Which offsets of an upload can be acknowledged: a half-sent segment cannot be made again by its client. */

/** Bytes before the first body segment, then segments of one length; the last may be shorter. */
export type Geometry = { readonly length: number; readonly headerLength: number; readonly segmentLength: number }

/** The largest offset ≤ `written` that ends the header, a whole segment, or the upload; 0 within the header. */
export function wholeSegments(geometry: Geometry, written: number): number {
  if (written >= geometry.length) return geometry.length
  if (written < geometry.headerLength) return 0
  const body = written - geometry.headerLength
  return geometry.headerLength + body - (body % geometry.segmentLength)
}
