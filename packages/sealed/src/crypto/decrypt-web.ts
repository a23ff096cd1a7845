import type { Decrypt } from './primitives.ts'

/** AES-256-GCM decryption under a 32-byte key. */
export async function createDecrypt(key: Uint8Array): Promise<Decrypt> {
  const subtle = globalThis.crypto.subtle
  const imported = await subtle.importKey('raw', key as Uint8Array<ArrayBuffer>, 'AES-GCM', false, ['decrypt'])
  return async (iv, aad, sealed) => {
    const algorithm = { name: 'AES-GCM', iv, additionalData: aad, tagLength: 128 } as AesGcmParams
    try {
      return new Uint8Array(await subtle.decrypt(algorithm, imported, sealed as Uint8Array<ArrayBuffer>))
    } catch {
      return undefined
    }
  }
}
