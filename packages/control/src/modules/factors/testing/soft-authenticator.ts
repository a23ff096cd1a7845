/** A passkey's authenticator in memory (WebAuthn level 3, sections 6.1 and 6.5): real keys, real signatures. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { PasskeyMade, PasskeyUsed } from '@keyhold/contract'

type Asked = { readonly challenge: string; readonly origin: string; readonly rpId: string }
/** What an attacker, or a broken authenticator, does differently. */
type Deviation = { readonly verified?: boolean; readonly counter?: number; readonly type?: string }

export type SoftAuthenticator = {
  readonly credential: string
  readonly make: (asked: Asked, deviation?: Deviation) => PasskeyMade
  readonly use: (asked: Asked, deviation?: Deviation) => PasskeyUsed
}

const userPresent = 0x01
const userVerified = 0x04
const attested = 0x40
const digest = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest()

/** Counts from 1, one more with each answer. */
export function createSoftAuthenticator(): SoftAuthenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const id = randomBytes(32)
  let counted = 0

  function describe({ rpId }: Asked, { verified = true, counter = ++counted }: Deviation, more: number): Buffer {
    const flags = userPresent | (verified ? userVerified : 0) | more
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([digest(rpId), Buffer.of(flags), count])
  }
  function describeClient({ challenge, origin }: Asked, type: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  }
  function make(asked: Asked, deviation: Deviation = {}): PasskeyMade {
    const key = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ])
    const data = Buffer.concat([
      describe(asked, deviation, attested),
      Buffer.alloc(16),
      Buffer.of(0, id.length),
      id,
      key,
    ])
    // CBOR: { fmt: 'none', attStmt: {}, authData: … }
    const object = Buffer.concat([
      Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
      Buffer.of(data.length),
      data,
    ])
    return {
      id: id.toString('base64url'),
      clientDataJSON: describeClient(asked, deviation.type ?? 'webauthn.create').toString('base64url'),
      attestationObject: object.toString('base64url'),
      transports: ['internal'],
    }
  }
  function use(asked: Asked, deviation: Deviation = {}): PasskeyUsed {
    const data = describe(asked, deviation, 0)
    const client = describeClient(asked, deviation.type ?? 'webauthn.get')
    return {
      id: id.toString('base64url'),
      clientDataJSON: client.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: sign('sha256', Buffer.concat([data, digest(client)]), privateKey).toString('base64url'),
    }
  }
  return { credential: id.toString('base64url'), make, use }
}
