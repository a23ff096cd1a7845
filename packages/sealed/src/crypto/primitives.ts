/** A value now (Node, synchronous) or later (WebCrypto): always await it. */
export type Awaitable<T> = T | Promise<T>

export type HashName = 'sha256' | 'sha384'

/** SHA-256 over many pieces. */
export interface Sha256Stream {
  update(bytes: Uint8Array): void
  digest(): Awaitable<Uint8Array>
}

/** An Ed25519 private key that this process may use; `sign` gives the 64-byte signature of RFC 8032. */
export interface Ed25519Signer {
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Awaitable<Uint8Array>
}

/** An Ed25519 public key; `verify` is true exactly for a valid signature. */
export interface Ed25519Verifier {
  verify(message: Uint8Array, signature: Uint8Array): Awaitable<boolean>
}

/** What each platform provides: the same results, whichever of the two implementations is bound to `#crypto`. */
export interface Primitives {
  readonly randomBytes: (length: number) => Uint8Array
  sha256(bytes: Uint8Array): Awaitable<Uint8Array>
  startSha256(): Sha256Stream
  /** HMAC of the parts in a row. */
  hmac(hash: HashName, key: Uint8Array, message: readonly Uint8Array[]): Awaitable<Uint8Array>
  /** False at once when the lengths differ; otherwise the time does not depend on the contents. */
  equalBytes(a: Uint8Array, b: Uint8Array): boolean
  /** The private key whose 32-byte seed (RFC 8032, section 5.1.5) is given. */
  importEd25519Seed(seed: Uint8Array): Awaitable<Ed25519Signer>
  importEd25519Public(publicKey: Uint8Array): Awaitable<Ed25519Verifier>
}

/** AES-256-GCM with a 12-byte IV and a 16-byte tag under one key. */
export type Encrypt = (
  iv: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
) => Awaitable<{ ciphertext: Uint8Array; tag: Uint8Array }>

/** The plaintext of ciphertext ‖ tag, or undefined when it does not verify; nothing unverified is ever returned. */
export type Decrypt = (iv: Uint8Array, aad: Uint8Array, sealed: Uint8Array) => Awaitable<Uint8Array | undefined>
