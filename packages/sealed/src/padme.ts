/**
 * The length to which `length` bytes are padded: Padmé, at most 12 % more, hiding all but O(log log) bits
 * (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", section 4).
 */
export function padmeLength(length: number): number {
  if (!Number.isSafeInteger(length) || length < 0) throw new RangeError('A length is a whole number from 0 to 2^53-1')
  if (length < 2) return length
  const exponent = floorLog2(length)
  const kept = floorLog2(exponent) + 1
  const unit = 2 ** Math.max(0, exponent - kept)
  return Math.ceil(length / unit) * unit
}

/** Math.log2 rounds near powers of two above 2^47, so the bits are counted instead. */
function floorLog2(value: number): number {
  if (value < 1) return 0
  const high = Math.floor(value / 2 ** 32)
  return high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(value)
}
