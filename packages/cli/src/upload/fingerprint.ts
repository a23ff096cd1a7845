import { createCipheriv } from 'node:crypto'

export const fingerprintLength = 16

/**
 * A keyed hash of one plaintext segment: GMAC (NIST SP 800-38D) with the segment's number as nonce, under a random key
 * that never leaves the journal. It tells whether the source is still what was sent, at a tenth of SHA-256's cost; whoever
 * could choose colliding contents would have to know the key.
 */
export function fingerprintSegment(key: Uint8Array, segment: number, plaintext: Uint8Array): Uint8Array {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(segment), 4)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: fingerprintLength })
  cipher.setAAD(plaintext)
  cipher.final()
  return cipher.getAuthTag()
}
