/** Checks of Ed25519 signatures (RFC 8032) that data planes make. */
import { decodeBase64url, encodeCanonical, importVerifyKey, SealedError } from '@keyhold/sealed'

/** Whether `signature` is the key's over the canonical bytes (RFC 8785) of `value`; false for malformed ones too. */
export async function isSignedBy(publicKey: string, value: object, signature: string): Promise<boolean> {
  const [keyBytes, signatureBytes] = [decodeBase64url(publicKey), decodeBase64url(signature)]
  if (keyBytes === undefined || signatureBytes?.length !== 64) return false
  try {
    const key = await importVerifyKey(keyBytes)
    return await key.verify(encodeCanonical(value), signatureBytes)
  } catch (cause) {
    if (cause instanceof SealedError) return false
    throw cause
  }
}
