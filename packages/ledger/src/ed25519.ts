import { equalBytes, toBase64Url } from './encoding.ts'
import { LedgerError } from './errors.ts'
import { sha256 } from './hash.ts'

/** Checks an Ed25519 signature (RFC 8032): 32-byte public key, message, 64-byte signature. Never throws for a bad one. */
export type VerifySignature = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>

/** Signs a message with an Ed25519 key that stays with the caller: 64 bytes. */
export type Sign = (message: Uint8Array) => Uint8Array | Promise<Uint8Array>

type Imported = { readonly raw: Uint8Array; readonly key: Promise<CryptoKey> }

/**
 * A verifier on WebCrypto, for Node and browsers. It keeps the few keys it has seen imported (at most 64), since
 * importing costs more than verifying; calls that run at once share the thread pool.
 */
export function createVerifier(): VerifySignature {
  const imported: Imported[] = []
  const importOnce = (publicKey: Uint8Array): Promise<CryptoKey> => {
    const found = imported.find(({ raw }) => equalBytes(raw, publicKey))
    if (found !== undefined) return found.key
    const raw = Uint8Array.from(publicKey)
    const key = crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify'])
    if (imported.length === 64) imported.shift()
    imported.push({ raw, key })
    return key
  }
  return async (publicKey, message, signature) => {
    try {
      const key = await importOnce(publicKey)
      return await crypto.subtle.verify('Ed25519', key, signature as BufferSource, message as BufferSource)
    } catch {
      return false
    }
  }
}

/** Id of a public key: base64url(SHA-256(32 raw bytes)). @throws LedgerError `ledger.key_malformed` for other lengths. */
export function formatKeyId(publicKey: Uint8Array): string {
  if (publicKey.length !== 32) throw new LedgerError('ledger.key_malformed', 'An Ed25519 public key has 32 bytes')
  return toBase64Url(sha256(publicKey))
}
