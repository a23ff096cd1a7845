import type { KeyPair } from 'hpke'
import { decodeBase64url, encodeBase64url } from '../bytes.ts'
import { encodeCanonical, parseCanonicalObject } from '../canonical.ts'
import { digestBytes } from '../digest.ts'
import { SealedError } from '../errors.ts'
import { importPublicKey, loadSuite } from '../hpke-suite.ts'
import { isSuiteName, type SuiteName } from '../suites.ts'

/** A key pair to which files and conversations are sealed. */
export interface SealingKey {
  readonly suite: SuiteName
  /** Base64url SHA-256 of the public key. */
  readonly keyId: string
  readonly publicKey: Uint8Array
  readonly pair: KeyPair
}

/** A new pair whose private half `exportSealingKey` can give, to be wrapped. */
export async function generateSealingKey(suiteName: SuiteName): Promise<SealingKey> {
  const suite = await loadSuite(suiteName)
  const pair = await suite.GenerateKeyPair(true)
  const publicKey = await suite.SerializePublicKey(pair.publicKey)
  return { suite: suiteName, keyId: await digestBytes(publicKey), publicKey, pair }
}

/** Secret bytes: canonical JSON of suite and both halves. Only for wrapping. */
export async function exportSealingKey(key: SealingKey): Promise<Uint8Array> {
  const suite = await loadSuite(key.suite)
  const privateKey = encodeBase64url(await suite.SerializePrivateKey(key.pair.privateKey))
  return encodeCanonical({ format: 1, suite: key.suite, publicKey: encodeBase64url(key.publicKey), privateKey })
}

/** The pair of `exportSealingKey`, not exportable again. Throws `key.malformed`. */
export async function importSealingKey(bytes: Uint8Array): Promise<SealingKey> {
  const { suite: name, publicKey, privateKey } = parseExported(bytes)
  const suite = await loadSuite(name)
  const imported = await importPublicKey(name, publicKey)
  try {
    const pair = { publicKey: imported, privateKey: await suite.DeserializePrivateKey(privateKey, false) }
    return { suite: name, keyId: await digestBytes(publicKey), publicKey, pair }
  } catch {
    throw malformed()
  }
}

function parseExported(bytes: Uint8Array): { suite: SuiteName; publicKey: Uint8Array; privateKey: Uint8Array } {
  const { format, suite, publicKey, privateKey, ...rest } = parseCanonicalObject(bytes)
  if (format !== 1 || !isSuiteName(suite) || Object.keys(rest).length > 0) throw malformed()
  if (typeof publicKey !== 'string' || typeof privateKey !== 'string') throw malformed()
  const halves = { publicKey: decodeBase64url(publicKey), privateKey: decodeBase64url(privateKey) }
  if (halves.publicKey === undefined || halves.privateKey === undefined) throw malformed()
  return { suite, publicKey: halves.publicKey, privateKey: halves.privateKey }
}

function malformed(): SealedError {
  return new SealedError('key.malformed', 'The exported sealing key is malformed')
}
