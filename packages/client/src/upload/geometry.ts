/** Where a sealed file's pieces lie: the head, then segments of one length, the last one shorter. */
import { plaintextLength, segmentCount, segmentRange, sealedLength } from '@keyhold/sealed'

/** Bytes of a whole sealed segment and of the plaintext in it (docs/formats.md, FLOE). */
export const segmentLength = segmentRange(0, sealedLength(1 << 19)).length
export const segmentCapacity = plaintextLength(segmentLength)

export type Geometry = {
  readonly headLength: number
  /** Plaintext bytes. */
  readonly plaintextLength: number
  /** Bytes of the whole sealed file. */
  readonly length: number
  readonly segments: number
}

export function measureFile(headLength: number, plaintextLength: number): Geometry {
  const bodyLength = sealedLength(plaintextLength)
  return { headLength, plaintextLength, length: headLength + bodyLength, segments: segmentCount(bodyLength) }
}

/** Offset in the sealed file at which a segment begins; that of the segment after the last is the file's end. */
export function segmentOffset(geometry: Geometry, segment: number): number {
  return segment >= geometry.segments ? geometry.length : geometry.headLength + segment * segmentLength
}

/** Whole segments before an acknowledged offset; undefined when it lies inside a segment or the head. */
export function acknowledgedSegments(geometry: Geometry, offset: number): number | undefined {
  if (offset === geometry.length) return geometry.segments
  if (offset === 0) return 0
  const segments = (offset - geometry.headLength) / segmentLength
  return Number.isInteger(segments) && segments >= 0 && segments < geometry.segments ? segments : undefined
}
