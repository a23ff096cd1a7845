/** A single byte range (RFC 9110 section 14.1.2); `end` is exclusive. */
export type ByteRange = { readonly start: number; readonly end: number }

/**
 * The range that a `Range` header asks of an object, or undefined for the whole: without a header, in another unit,
 * or with several ranges, which a server may answer by the whole.
 *
 * @returns `'invalid'` when it lies outside
 */
export function parseByteRange(header: string | undefined, length: number): ByteRange | 'invalid' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  if (match === null || (match[1] === '' && match[2] === '')) return undefined
  const [first, last] = [match[1] ?? '', match[2] ?? '']
  if (first === '') {
    const count = Math.min(Number(last), length)
    return count === 0 ? 'invalid' : { start: length - count, end: length }
  }
  const start = Number(first)
  const end = last === '' ? length : Math.min(Number(last) + 1, length)
  return start >= end ? 'invalid' : { start, end }
}
