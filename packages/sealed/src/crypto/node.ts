import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hash,
  randomFillSync,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import { decodeBase64url } from '../bytes.ts'
import { ed25519PrivateDer, ed25519PublicDer } from './ed25519-der.ts'
import type { Ed25519Signer, Ed25519Verifier, Primitives } from './primitives.ts'

/** A plain view: callers must not meet Buffer, whose `slice` shares memory. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}

const pool = new Uint8Array(4096)
let poolUsed = pool.length

/** Asking the system costs more than encrypting a small message, so it is asked for many draws at once. */
function drawRandom(length: number): Uint8Array {
  if (length > 64) return randomFillSync(new Uint8Array(length))
  if (poolUsed + length > pool.length) {
    randomFillSync(pool)
    poolUsed = 0
  }
  const drawn = pool.slice(poolUsed, poolUsed + length)
  // What was handed out must not be found here.
  pool.fill(0, poolUsed, poolUsed + length)
  poolUsed += length
  return drawn
}

function importEd25519Seed(seed: Uint8Array): Ed25519Signer {
  const privateKey = createPrivateKey({ key: Buffer.from(ed25519PrivateDer(seed)), format: 'der', type: 'pkcs8' })
  const publicKey = decodeBase64url(createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '')
  if (publicKey?.length !== 32) throw new Error('The platform did not give the public half of an Ed25519 key')
  return { publicKey, sign: (message) => plain(sign(null, message, privateKey)) }
}

function importEd25519Public(publicKey: Uint8Array): Ed25519Verifier {
  const key = createPublicKey({ key: Buffer.from(ed25519PublicDer(publicKey)), format: 'der', type: 'spki' })
  return { verify: (message, signature) => verify(null, message, key, signature) }
}

export const primitives: Primitives = {
  randomBytes: drawRandom,
  sha256: (bytes) => plain(hash('sha256', bytes, 'buffer')),
  startSha256() {
    const stream = createHash('sha256')
    return { update: (bytes) => void stream.update(bytes), digest: () => plain(stream.digest()) }
  },
  hmac(name, key, message) {
    const mac = createHmac(name, key)
    for (const part of message) mac.update(part)
    return plain(mac.digest())
  },
  equalBytes: (a, b) => a.length === b.length && timingSafeEqual(a, b),
  importEd25519Seed,
  importEd25519Public,
}
