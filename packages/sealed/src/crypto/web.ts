import { decodeBase64url, joinBytes } from '../bytes.ts'
import { ed25519PrivateDer } from './ed25519-der.ts'
import type { Ed25519Signer, HashName, Primitives } from './primitives.ts'

const subtle = globalThis.crypto.subtle
const webNames = { sha256: 'SHA-256', sha384: 'SHA-384' } as const

/** WebCrypto's types demand memory that is not shared; ours never is. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await subtle.digest('SHA-256', owned(bytes)))
}

async function hmac(hash: HashName, key: Uint8Array, message: readonly Uint8Array[]): Promise<Uint8Array> {
  // WebCrypto refuses empty HMAC keys. HMAC pads keys with zeros to the block, so one zero byte is the same key.
  const material = key.length === 0 ? new Uint8Array(1) : owned(key)
  const imported = await subtle.importKey('raw', material, { name: 'HMAC', hash: webNames[hash] }, false, ['sign'])
  return new Uint8Array(await subtle.sign('HMAC', imported, owned(joinBytes(message))))
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0)
  return difference === 0
}

async function importEd25519Seed(seed: Uint8Array): Promise<Ed25519Signer> {
  const der = ed25519PrivateDer(seed)
  // Only an extractable key tells its public half; the one that stays is not extractable.
  const extractable = await subtle.importKey('pkcs8', der, 'Ed25519', true, ['sign'])
  const publicKey = decodeBase64url((await subtle.exportKey('jwk', extractable)).x ?? '')
  if (publicKey?.length !== 32) throw new Error('The platform did not give the public half of an Ed25519 key')
  const privateKey = await subtle.importKey('pkcs8', der, 'Ed25519', false, ['sign'])
  der.fill(0)
  return {
    publicKey,
    sign: async (message) => new Uint8Array(await subtle.sign('Ed25519', privateKey, owned(message))),
  }
}

export const primitives: Primitives = {
  randomBytes: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)),
  sha256,
  startSha256() {
    // WebCrypto hashes only whole messages; a message here is one segment at most.
    const parts: Uint8Array[] = []
    return { update: (bytes) => void parts.push(bytes.slice()), digest: () => sha256(joinBytes(parts)) }
  },
  hmac,
  equalBytes,
  importEd25519Seed,
  async importEd25519Public(publicKey) {
    const key = await subtle.importKey('raw', owned(publicKey), 'Ed25519', false, ['verify'])
    return { verify: (message, signature) => subtle.verify('Ed25519', key, owned(signature), owned(message)) }
  },
}
