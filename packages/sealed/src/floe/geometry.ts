import { SealedError } from '../errors.ts'
import { keyholdParameters, maxSegments, segmentOverhead, type FloeParameters } from './parameters.ts'

/** Plaintext bytes in every segment but the last. */
export function segmentCapacity(parameters: FloeParameters = keyholdParameters): number {
  return parameters.segmentLength - segmentOverhead
}

/** Length of the FLOE body of a plaintext: every segment but the last is full, and there is at least one. */
export function sealedLength(plaintextLength: number, parameters: FloeParameters = keyholdParameters): number {
  assertLength(plaintextLength)
  const segments = Math.max(1, Math.ceil(plaintextLength / segmentCapacity(parameters)))
  if (segments > maxSegments) throw new SealedError('floe.too_long', 'The plaintext has too many segments')
  return plaintextLength + segments * segmentOverhead
}

/** Number of segments in a body of `bodyLength` bytes. Throws `floe.truncated` when no body has that length. */
export function segmentCount(bodyLength: number, parameters: FloeParameters = keyholdParameters): number {
  assertLength(bodyLength)
  const count = Math.ceil(bodyLength / parameters.segmentLength)
  if (count > maxSegments) throw new SealedError('floe.too_long', 'The body has too many segments')
  if (bodyLength - (count - 1) * parameters.segmentLength < segmentOverhead || count === 0) {
    throw new SealedError('floe.truncated', 'The sealed body ends inside a segment')
  }
  return count
}

/** Length of the plaintext in a body of `bodyLength` bytes. Throws `floe.truncated` when no body has that length. */
export function plaintextLength(bodyLength: number, parameters: FloeParameters = keyholdParameters): number {
  return bodyLength - segmentCount(bodyLength, parameters) * segmentOverhead
}

/** Where segment `index` lies in a body of `bodyLength` bytes. Throws `range.invalid` when it has no such segment. */
export function segmentRange(
  index: number,
  bodyLength: number,
  parameters: FloeParameters = keyholdParameters,
): { offset: number; length: number; final: boolean } {
  const count = segmentCount(bodyLength, parameters)
  if (!Number.isSafeInteger(index) || index < 0 || index >= count) {
    throw new SealedError('range.invalid', 'There is no such segment')
  }
  const offset = index * parameters.segmentLength
  const final = index === count - 1
  return { offset, length: final ? bodyLength - offset : parameters.segmentLength, final }
}

/** In which segment, and where inside it, the plaintext byte at `offset` lies. */
export function plaintextOffset(
  offset: number,
  parameters: FloeParameters = keyholdParameters,
): { segment: number; within: number } {
  assertLength(offset)
  const capacity = segmentCapacity(parameters)
  return { segment: Math.floor(offset / capacity), within: offset % capacity }
}

function assertLength(length: number): void {
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new SealedError('range.invalid', 'A length or an offset is a whole number from 0 to 2^53-1')
  }
}
