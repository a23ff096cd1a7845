import { SealedError } from '../errors.ts'
import { floeHeaderLength, segmentOverhead } from '../floe/parameters.ts'
import { encodeWrapContext, type WrapContext } from '../wrap-context.ts'
import { SegmentOpener } from './floe-opener.ts'

/** The secret that `wrapSecret` wrapped. Throws `wrap.malformed`, or `wrap.forged` for another key or context. */
export async function unwrapSecret(key: Uint8Array, context: WrapContext, wrapped: Uint8Array): Promise<Uint8Array> {
  return unwrapFloe(key, encodeWrapContext(context), wrapped)
}

/** `unwrapSecret` with any associated data. */
export async function unwrapFloe(key: Uint8Array, aad: Uint8Array, wrapped: Uint8Array): Promise<Uint8Array> {
  if (wrapped.length < floeHeaderLength + segmentOverhead) {
    throw new SealedError('wrap.malformed', 'The wrapped secret is too short to be one')
  }
  try {
    const opener = await SegmentOpener.start(key, aad, wrapped.subarray(0, floeHeaderLength))
    return await opener.open(wrapped.subarray(floeHeaderLength), 0, true)
  } catch (cause) {
    if (cause instanceof SealedError && cause.code === 'key.malformed') throw cause
    throw new SealedError('wrap.forged', 'The wrapped secret does not belong to this key and context', { cause })
  }
}
