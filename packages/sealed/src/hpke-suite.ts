import {
  AEAD_AES_256_GCM,
  CipherSuite,
  KDF_HKDF_SHA256,
  KEM_DHKEM_X25519_HKDF_SHA256,
  KEM_MLKEM768_X25519,
  type Key,
  type KEMFactory,
} from 'hpke'
import { encodeCanonical } from './canonical.ts'
import type { ContextHeader } from './context-header.ts'
import { SealedError } from './errors.ts'
import { suites, type SuiteName } from './suites.ts'

const loaded = new Map<SuiteName, Promise<CipherSuite>>()

/** The HPKE suite of that name: the platform's own key encapsulation where it has one, else one in JavaScript. */
export async function loadSuite(name: SuiteName): Promise<CipherSuite> {
  const known = loaded.get(name) ?? chooseSuite(name)
  loaded.set(name, known)
  return known
}

/** The public key as the suite wants it. Throws `key.malformed`. */
export async function importPublicKey(name: SuiteName, publicKey: Uint8Array): Promise<Key> {
  if (publicKey.length !== suites[name].publicKeyLength) throw malformedKey()
  const suite = await loadSuite(name)
  return suite.DeserializePublicKey(publicKey).catch(refuseKey)
}

/** What remains when a suite refuses a public key, on import or (points of low order) on use: `key.malformed`. */
export function refuseKey(cause: unknown): never {
  throw malformedKey(cause)
}

/** HPKE's `info` for a file key: the key cannot be presented as another organisation's or project's. */
export function encodeFileKeyInfo(header: ContextHeader, suite: SuiteName, key: string): Uint8Array {
  const { organisation, project } = header
  return encodeCanonical({ format: 1, organisation, project, key, suite, purpose: 'file-key' })
}

async function chooseSuite(name: SuiteName): Promise<CipherSuite> {
  const native = createSuite(name === 'x25519' ? KEM_DHKEM_X25519_HKDF_SHA256 : KEM_MLKEM768_X25519)
  // Platforms disagree on how to ask them, so a key pair is made: that is what would fail later.
  const works = await native.GenerateKeyPair().then(
    () => true,
    () => false,
  )
  if (works) return native
  const noble = await import('@panva/hpke-noble')
  return createSuite(name === 'x25519' ? noble.KEM_DHKEM_X25519_HKDF_SHA256 : noble.KEM_MLKEM768_X25519)
}

function createSuite(kem: KEMFactory): CipherSuite {
  return new CipherSuite(kem, KDF_HKDF_SHA256, AEAD_AES_256_GCM)
}

function malformedKey(cause?: unknown): SealedError {
  return new SealedError('key.malformed', 'The public key is not one of its suite', { cause })
}
