import { primitives } from '#crypto'
import { encodeText, encodeU32, joinBytes, readU32 } from './bytes.ts'
import { encodeContextHeader, maxHeaderLength, parseContextHeader, type ContextHeader } from './context-header.ts'
import { SealedError } from './errors.ts'
import { floeHeaderLength } from './floe/parameters.ts'
import { maxBlockLength, parseRecipientBlock, type RecipientBlock } from './recipient-block.ts'

/** Everything before the FLOE body of a sealed file, parsed but not yet authenticated. */
export interface SealedHead {
  readonly header: ContextHeader
  /** SHA-256 of the exact bytes from the magic to the end of the header: FLOE's associated data. */
  readonly contextDigest: Uint8Array
  readonly block: RecipientBlock
  readonly floeHeader: Uint8Array
  /** Bytes from the magic to the end of the header. */
  readonly contextLength: number
  /** Bytes from the magic to the end of the FLOE header: where the body begins. */
  readonly length: number
}

const magic = Uint8Array.of(...encodeText('KHLD'), 1)
const prefixLength = magic.length + 4

/** No head is longer than this. */
export const maxHeadLength = prefixLength + maxHeaderLength + 4 + maxBlockLength + floeHeaderLength

/** Magic, length and header: the bytes whose digest binds all the rest. Throws `header.malformed`. */
export function encodeContext(header: ContextHeader): Uint8Array {
  const encoded = encodeContextHeader(header)
  return joinBytes([magic, encodeU32(encoded.length), encoded])
}

/** The whole head from its three parts. */
export function joinHead(context: Uint8Array, block: Uint8Array, floeHeader: Uint8Array): Uint8Array {
  return joinBytes([context, encodeU32(block.length), block, floeHeader])
}

/**
 * How long the head is, as far as its first bytes tell: at most `bytes.length` once the head is complete, otherwise the
 * length with which to ask again. Throws `header.malformed`, `header.unsupported`, `header.too_long` or
 * `recipient.too_long` as soon as the bytes show it.
 */
export function measureHead(bytes: Uint8Array): number {
  assertMagic(bytes)
  if (bytes.length < prefixLength) return prefixLength
  const headerLength = readU32(bytes, magic.length)
  if (headerLength > maxHeaderLength) throw new SealedError('header.too_long', 'The context header is too long')
  const contextLength = prefixLength + headerLength
  if (bytes.length < contextLength + 4) return contextLength + 4
  const blockLength = readU32(bytes, contextLength)
  if (blockLength > maxBlockLength) throw new SealedError('recipient.too_long', 'The recipient block is too long')
  return contextLength + 4 + blockLength + floeHeaderLength
}

/** Parses a head; `bytes` may go on behind it. Throws `header.truncated` and the codes of header and block. */
export async function parseSealedHead(bytes: Uint8Array): Promise<SealedHead> {
  const length = measureHead(bytes)
  if (length > bytes.length) throw new SealedError('header.truncated', 'The sealed file ends inside its head')
  const contextLength = prefixLength + readU32(bytes, magic.length)
  const header = parseContextHeader(bytes.subarray(prefixLength, contextLength))
  const block = parseRecipientBlock(bytes.subarray(contextLength + 4, length - floeHeaderLength))
  const contextDigest = await primitives.sha256(bytes.subarray(0, contextLength))
  const floeHeader = bytes.slice(length - floeHeaderLength, length)
  return { header, contextDigest, block, floeHeader, contextLength, length }
}

function assertMagic(bytes: Uint8Array): void {
  const shown = Math.min(bytes.length, magic.length)
  for (let index = 0; index < shown; index++) {
    if (bytes[index] === magic[index]) continue
    if (index < 4) throw new SealedError('header.malformed', 'This is not a sealed file')
    throw new SealedError('header.unsupported', 'The sealed file has an unknown format version')
  }
}
