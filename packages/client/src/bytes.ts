import { decodeBase64url } from '@keyhold/sealed'

/** One array of all parts. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

/** The bytes of base64url text that this client wrote itself; empty when it is none. */
export function decodeOwn(text: string): Uint8Array {
  return decodeBase64url(text) ?? new Uint8Array()
}
