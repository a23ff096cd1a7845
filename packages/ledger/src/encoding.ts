import { LedgerError } from './errors.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 of text. Lone surrogates would become U+FFFD: check `isWellFormed` first where the text is foreign. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text)
}

/** Text of UTF-8 bytes, or null if they are not UTF-8. A byte order mark is kept as a character. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/** Base64url without padding (RFC 4648 §5). */
export function toBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true })
}

/** Bytes of base64url without padding, or null if the text is not the one encoding of those bytes. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  return decodeStrictly(text, { alphabet: 'base64url' }, toBase64Url)
}

/** Bytes of standard, padded base64 (RFC 4648 §4), or null if the text is not the one encoding of those bytes. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  return decodeStrictly(text, { alphabet: 'base64' }, (bytes) => bytes.toBase64())
}

// Uint8Array.fromBase64 skips white space and allows loose last bits: only the exact encoding is accepted.
function decodeStrictly(
  text: string,
  options: { alphabet: 'base64' | 'base64url' },
  encode: (bytes: Uint8Array) => string,
): Uint8Array<ArrayBuffer> | null {
  try {
    const bytes = Uint8Array.fromBase64(text, options)
    return encode(bytes) === text ? bytes : null
  } catch {
    return null
  }
}

/** Whether two byte strings are equal. Not constant in time: for public hashes only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

/** A copy of bytes from `start` to `end`. A Buffer's own `slice` would be a view, through which work in place would leak. */
export function copyBytes(bytes: Uint8Array, start: number, end: number = bytes.length): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.subarray(start, end))
}

/** The given byte strings, one after the other. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

/** A checked count, size or index: a safe integer ≥ 0. @throws LedgerError `ledger.range_invalid` */
export function requireCount(value: number, what: string): number {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new LedgerError('ledger.range_invalid', `${what} must be an integer from 0 to 2^53 - 1`)
  }
  return value
}
