import type { Encrypt } from './primitives.ts'

/** AES-256-GCM encryption under a 32-byte key. */
export async function createEncrypt(key: Uint8Array): Promise<Encrypt> {
  const subtle = globalThis.crypto.subtle
  const imported = await subtle.importKey('raw', key as Uint8Array<ArrayBuffer>, 'AES-GCM', false, ['encrypt'])
  return async (iv, aad, plaintext) => {
    const algorithm = { name: 'AES-GCM', iv, additionalData: aad, tagLength: 128 } as AesGcmParams
    const sealed = await subtle.encrypt(algorithm, imported, plaintext as Uint8Array<ArrayBuffer>)
    const split = sealed.byteLength - 16
    return { ciphertext: new Uint8Array(sealed, 0, split), tag: new Uint8Array(sealed, split) }
  }
}
