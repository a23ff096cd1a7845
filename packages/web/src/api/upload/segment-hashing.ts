import type { SegmentHashing } from '@keyhold/client'

const fingerprintBits = 128
const keys = new WeakMap<Uint8Array, Promise<CryptoKey>>()

function importKey(key: Uint8Array): Promise<CryptoKey> {
  const known = keys.get(key)
  if (known !== undefined) return known
  const imported = crypto.subtle.importKey('raw', key as Uint8Array<ArrayBuffer>, 'AES-GCM', false, ['encrypt'])
  keys.set(key, imported)
  return imported
}

function joinPieces(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}

/** WebCrypto's hashes. GMAC is AES-GCM of nothing with the segment as additional data. */
export const segmentHashing: SegmentHashing = {
  digest: async (pieces) => new Uint8Array(await crypto.subtle.digest('SHA-256', joinPieces(pieces))),
  async fingerprint(key, segment, plaintext) {
    const iv = new Uint8Array(12)
    new DataView(iv.buffer).setBigUint64(4, BigInt(segment))
    const additionalData = plaintext as Uint8Array<ArrayBuffer>
    const algorithm = { name: 'AES-GCM', iv, additionalData, tagLength: fingerprintBits }
    return new Uint8Array(await crypto.subtle.encrypt(algorithm, await importKey(key), new Uint8Array(0)))
  },
}
