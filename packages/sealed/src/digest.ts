import { primitives } from '#crypto'
import { encodeBase64url } from './bytes.ts'

/** Base64url SHA-256: how keys, contexts, requests and files are named by their bytes. */
export async function digestBytes(bytes: Uint8Array): Promise<string> {
  return encodeBase64url(await primitives.sha256(bytes))
}
