import { createCipheriv } from 'node:crypto'
import type { Awaitable, Encrypt } from './primitives.ts'

/** AES-256-GCM encryption under a 32-byte key. */
export function createEncrypt(key: Uint8Array): Awaitable<Encrypt> {
  return (iv, aad, plaintext) => {
    const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
    cipher.setAAD(aad)
    const ciphertext = cipher.update(plaintext)
    cipher.final()
    return { ciphertext, tag: cipher.getAuthTag() }
  }
}
