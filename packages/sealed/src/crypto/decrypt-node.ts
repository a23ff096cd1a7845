import { createDecipheriv } from 'node:crypto'
import type { Awaitable, Decrypt } from './primitives.ts'

/** AES-256-GCM decryption under a 32-byte key. */
export function createDecrypt(key: Uint8Array): Awaitable<Decrypt> {
  return (iv, aad, sealed) => {
    const split = sealed.length - 16
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
    decipher.setAAD(aad)
    decipher.setAuthTag(sealed.subarray(split))
    const plaintext = decipher.update(sealed.subarray(0, split))
    try {
      decipher.final()
    } catch {
      plaintext.fill(0)
      return undefined
    }
    return new Uint8Array(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength)
  }
}
