import { joinBytes } from '../bytes.ts'
import { SealedError } from '../errors.ts'
import { segmentCapacity } from '../floe/geometry.ts'
import { encodeWrapContext, type WrapContext } from '../wrap-context.ts'
import { FloeSealer, type FloeOptions } from './floe-sealer.ts'

/**
 * Wraps a small secret (at most 262,112 bytes) under a 32-byte key: a FLOE header and one segment, 106 bytes longer
 * than the secret, which open only with the same key and context. Throws `key.malformed` or `wrap.malformed`.
 */
export async function wrapSecret(key: Uint8Array, context: WrapContext, secret: Uint8Array): Promise<Uint8Array> {
  return wrapFloe(key, encodeWrapContext(context), secret)
}

/** `wrapSecret` with any associated data, and with randomness that vectors can fix. */
export async function wrapFloe(
  key: Uint8Array,
  aad: Uint8Array,
  secret: Uint8Array,
  options: FloeOptions = {},
): Promise<Uint8Array> {
  if (secret.length > segmentCapacity()) throw new SealedError('wrap.malformed', 'The secret is longer than a segment')
  const sealer = await FloeSealer.start(key, aad, options)
  const segments = await sealer.finish(secret)
  return joinBytes([sealer.header, ...segments.flat()])
}
