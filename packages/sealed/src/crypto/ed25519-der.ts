import { joinBytes } from '../bytes.ts'

const pkcs8Prefix = Uint8Array.fromHex('302e020100300506032b657004220420')
const spkiPrefix = Uint8Array.fromHex('302a300506032b6570032100')

/** PKCS #8 of a 32-byte seed (RFC 8410, section 7). */
export function ed25519PrivateDer(seed: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(joinBytes([pkcs8Prefix, seed]))
}

/** SubjectPublicKeyInfo of a raw 32-byte public key (RFC 8410, section 4). */
export function ed25519PublicDer(publicKey: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(joinBytes([spkiPrefix, publicKey]))
}
