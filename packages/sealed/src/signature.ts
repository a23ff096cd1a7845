import { primitives } from '#crypto'
import { decodeBase64url, encodeBase64url, encodeText, joinBytes } from './bytes.ts'
import { encodeCanonical, parseCanonicalObject, type CanonicalObject } from './canonical.ts'
import type { Awaitable } from './crypto/primitives.ts'
import { digestBytes } from './digest.ts'
import { SealedError } from './errors.ts'

/** An Ed25519 private key (RFC 8032) that can sign; its secret half stays inside. */
export interface SigningKey {
  /** Raw public key, 32 bytes. */
  readonly publicKey: Uint8Array
  /** Base64url SHA-256 of the public key. */
  readonly keyId: string
  /** The 64-byte signature of exactly these bytes. */
  sign(message: Uint8Array): Awaitable<Uint8Array>
}

/** An Ed25519 public key, imported once for many verifications. */
export interface VerifyKey {
  readonly publicKey: Uint8Array
  readonly keyId: string
  verify(message: Uint8Array, signature: Uint8Array): Awaitable<boolean>
}

/** A signed body: canonical JSON and signature in base64url, and who signed. */
export interface SignedStatement {
  readonly statement: string
  readonly signature: string
  readonly keyId: string
}

const statementType = /^[a-z][a-z0-9-]{0,63}$/
const maxStatementLength = 4 << 20

/** Signs with the key of a 32-byte seed: random bytes that whoever keeps them can import again. `key.malformed`. */
export async function importSigningSeed(seed: Uint8Array): Promise<SigningKey> {
  if (seed.length !== 32) throw new SealedError('key.malformed', 'A signing seed has 32 bytes')
  const signer = await primitives.importEd25519Seed(seed)
  return { ...signer, keyId: await digestBytes(signer.publicKey) }
}

/** A new random seed for `importSigningSeed`. */
export function drawSigningSeed(): Uint8Array {
  return primitives.randomBytes(32)
}

/** A new pair whose private half cannot be exported, for a browser to keep in its own store. */
export async function generateDevicePair(): Promise<CryptoKeyPair> {
  return globalThis.crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])
}

/** Signs with an Ed25519 pair of WebCrypto, extractable or not. Throws `key.malformed` for any other pair. */
export async function importDevicePair(pair: CryptoKeyPair): Promise<SigningKey> {
  const { subtle } = globalThis.crypto
  if (pair.privateKey.algorithm.name !== 'Ed25519' || pair.publicKey.algorithm.name !== 'Ed25519') {
    throw new SealedError('key.malformed', 'The key pair is not of Ed25519')
  }
  const publicKey = new Uint8Array(await subtle.exportKey('raw', pair.publicKey))
  return {
    publicKey,
    keyId: await digestBytes(publicKey),
    sign: async (message) =>
      new Uint8Array(await subtle.sign('Ed25519', pair.privateKey, message as Uint8Array<ArrayBuffer>)),
  }
}

/** Throws `key.malformed`. */
export async function importVerifyKey(publicKey: Uint8Array): Promise<VerifyKey> {
  if (publicKey.length !== 32) throw new SealedError('key.malformed', 'An Ed25519 public key has 32 bytes')
  try {
    const verifier = await primitives.importEd25519Public(publicKey)
    return { ...verifier, publicKey: publicKey.slice(), keyId: await digestBytes(publicKey) }
  } catch (cause) {
    throw new SealedError('key.malformed', 'The public key is not one of Ed25519', { cause })
  }
}

/**
 * Signs `"keyhold/" + type + "/1\n"` and the canonical bytes of the body. Throws `signature.malformed` for a type that
 * is not lower-case words with hyphens, and the codes of `encodeCanonical`.
 */
export async function signStatement(key: SigningKey, type: string, body: object): Promise<SignedStatement> {
  const bytes = encodeCanonical(body)
  const signature = await key.sign(encodeSigned(type, bytes))
  return { statement: encodeBase64url(bytes), signature: encodeBase64url(signature), keyId: key.keyId }
}

/**
 * The body that this key signed as this type. Throws `signature.malformed`, or `signature.invalid` for another key,
 * type or body; the caller says whose key it must be.
 */
export async function verifyStatement(
  key: VerifyKey | Uint8Array,
  type: string,
  signed: SignedStatement,
): Promise<CanonicalObject> {
  const verifier = key instanceof Uint8Array ? await importVerifyKey(key) : key
  const { bytes, signature } = decodeSigned(signed)
  const valid = signed.keyId === verifier.keyId && (await verifier.verify(encodeSigned(type, bytes), signature))
  if (!valid) throw new SealedError('signature.invalid', `The signature of the ${type} statement is not valid`)
  return parseBody(bytes)
}

/** The body of a statement whose signature was not checked: only to find out which key to check it with. */
export function readUnverified(signed: SignedStatement): CanonicalObject {
  return parseBody(decodeSigned(signed).bytes)
}

/** Base64url SHA-256 of the statement's bytes, by which the next one of a chain names it. */
export async function digestStatement(signed: SignedStatement): Promise<string> {
  return digestBytes(decodeSigned(signed).bytes)
}

/** A public key for people to compare: all 256 bits of its SHA-256 in base32, 13 groups of 4. */
export async function fingerprint(publicKey: Uint8Array): Promise<string> {
  const groups = encodeBase32(await primitives.sha256(publicKey)).match(/.{4}/g) ?? []
  return groups.join(' ')
}

function encodeSigned(type: string, bytes: Uint8Array): Uint8Array {
  if (!statementType.test(type)) throw new SealedError('signature.malformed', 'The type of a statement is malformed')
  return joinBytes([encodeText(`keyhold/${type}/1\n`), bytes])
}

function decodeSigned(signed: SignedStatement): { bytes: Uint8Array; signature: Uint8Array } {
  const bytes = decodeBase64url(signed.statement)
  const signature = decodeBase64url(signed.signature)
  if (bytes === undefined || signature?.length !== 64) {
    throw new SealedError('signature.malformed', 'The signed statement is malformed')
  }
  return { bytes, signature }
}

function parseBody(bytes: Uint8Array): CanonicalObject {
  try {
    return parseCanonicalObject(bytes, { maxBytes: maxStatementLength })
  } catch (cause) {
    throw new SealedError('signature.malformed', 'The signed statement is not canonical JSON', { cause })
  }
}

/** RFC 4648 base32 in lower case, without padding. */
function encodeBase32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += 'abcdefghijklmnopqrstuvwxyz234567'[(held >>> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + 'abcdefghijklmnopqrstuvwxyz234567'[(held << (5 - bits)) & 31]
}
