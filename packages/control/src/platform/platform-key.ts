/**
 * Encryption of account columns and the log's personal fields under the platform key: AES-256-GCM with a key derived
 * for each purpose. This key opens no customer data; it only keeps a copied disk or backup from being read (CLU-08).
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomFillSync } from 'node:crypto'
import { AppError } from './errors.ts'
import { ensureSecret } from './secret-file.ts'

const version = 1
const ivLength = 12
const tagLength = 16

const sealPurposes = ['account', 'answer', 'ledger-personal', 'ledger-key'] as const
type SealPurpose = (typeof sealPurposes)[number]

export type PlatformKey = {
  /** version ‖ IV (12) ‖ ciphertext ‖ tag (16). `context` names the row and column and must be the same to open. */
  readonly seal: (purpose: SealPurpose, context: string, plaintext: Uint8Array | string) => Buffer
  /** @throws `platform_key.cannot_open` when key, context or bytes are not those of sealing */
  readonly open: (purpose: SealPurpose, context: string, sealed: Uint8Array) => Buffer
  /** A keyed hash to find a value by without storing it. */
  readonly lookup: (value: string) => Buffer
}

/** Reads the key file, or makes it at the first start. */
export function openPlatformKey(path: string): PlatformKey {
  return createPlatformKey(ensureSecret(path))
}

export function createPlatformKey(secret: Uint8Array): PlatformKey {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, '', `keyhold platform ${purpose}`, 32))
  const keys = Object.fromEntries(sealPurposes.map((purpose) => [purpose, derive(purpose)])) as Record<
    SealPurpose,
    Buffer
  >
  const lookupKey = derive('lookup')
  const nextIv = createIvSource()
  return {
    seal(purpose, context, plaintext) {
      const iv = nextIv()
      const cipher = createCipheriv('aes-256-gcm', keys[purpose], iv, { authTagLength: tagLength })
      cipher.setAAD(Buffer.from(context))
      const body = typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext)
      cipher.final()
      return Buffer.concat([Buffer.of(version), iv, body, cipher.getAuthTag()])
    },
    open: (purpose, context, sealed) => openSealed(keys[purpose], context, sealed),
    lookup: (value) => createHmac('sha256', lookupKey).update(value).digest(),
  }
}

function openSealed(key: Buffer, context: string, sealed: Uint8Array): Buffer {
  try {
    if (sealed[0] !== version || sealed.length < 1 + ivLength + tagLength) throw new RangeError('not sealed')
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + ivLength), {
      authTagLength: tagLength,
    })
    decipher.setAAD(Buffer.from(context))
    decipher.setAuthTag(sealed.subarray(-tagLength))
    const plaintext = decipher.update(sealed.subarray(1 + ivLength, -tagLength))
    decipher.final()
    return plaintext
  } catch (cause) {
    throw new AppError(
      'platform_key.cannot_open',
      {
        status: 500,
        message: 'A stored account field does not open with this platform key.',
        remedy: 'Restore control/keys/platform in KEYHOLD_HOME from the backup that belongs to this database.',
      },
      { cause },
    )
  }
}

/** Random IVs, drawn from the system in blocks: one system call for 256 of them. */
function createIvSource(): () => Buffer {
  const block = Buffer.alloc(ivLength * 256)
  let at = block.length
  return () => {
    if (at === block.length) {
      randomFillSync(block)
      at = 0
    }
    at += ivLength
    return Buffer.from(block.subarray(at - ivLength, at))
  }
}
