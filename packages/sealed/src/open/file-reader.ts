import type { ContextExpectation, ContextHeader } from '../context-header.ts'
import { SealedError } from '../errors.ts'
import { plaintextLength, plaintextOffset, segmentCapacity, segmentCount, segmentRange } from '../floe/geometry.ts'
import { measureHead, parseSealedHead } from '../sealed-head.ts'
import { openHead } from './file-opener.ts'
import type { SegmentOpener } from './floe-opener.ts'
import type { FileKeys } from './recipients.ts'

/** Where sealed bytes are read from. `readRange` gives exactly the bytes asked for, or fails. */
export interface SealedSource {
  readonly length: number
  readRange(offset: number, length: number): Promise<Uint8Array>
}

const firstRead = 4096

/** Reads any part of a sealed file; keeps one segment in memory. */
export class FileReader {
  readonly header: ContextHeader
  /** Bytes of plaintext in the file. */
  readonly length: number
  readonly #source: SealedSource
  readonly #opener: SegmentOpener
  readonly #headLength: number
  #kept: { index: number; plaintext: Promise<Uint8Array> } | undefined

  private constructor(source: SealedSource, opener: SegmentOpener, header: ContextHeader, headLength: number) {
    this.header = header
    this.length = plaintextLength(source.length - headLength)
    this.#source = source
    this.#opener = opener
    this.#headLength = headLength
  }

  /** Authenticates the head and the final segment, and with it the length. Throws the codes of `FileOpener`. */
  static async open(source: SealedSource, keys: FileKeys, expected: ContextExpectation): Promise<FileReader> {
    const head = await parseSealedHead(await readHead(source))
    const opener = await openHead(head, keys, expected)
    const reader = new FileReader(source, opener, head.header, head.length)
    await reader.#openSegment(segmentCount(source.length - head.length) - 1)
    return reader
  }

  /** `length` bytes of plaintext from `offset`, verified. Throws `range.invalid` and `floe.segment_forged`. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    this.#assertRange(offset, length)
    const plaintext = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const part = await this.#readWithin(offset + filled, length - filled)
      plaintext.set(part, filled)
      filled += part.length
    }
    return plaintext
  }

  /** The plaintext in order, a segment at a time, from `offset` on. */
  async *stream(offset = 0): AsyncGenerator<Uint8Array, void, undefined> {
    this.#assertRange(offset, this.length - offset)
    for (let at = offset; at < this.length;) {
      const part = await this.#readWithin(at, segmentCapacity())
      yield part.slice()
      at += part.length
    }
  }

  #assertRange(offset: number, length: number): void {
    const sound = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0
    if (!sound || offset + length > this.length) throw new SealedError('range.invalid', 'The file has no such range')
  }

  async #readWithin(offset: number, length: number): Promise<Uint8Array> {
    const { segment, within } = plaintextOffset(offset)
    const plaintext = await this.#openSegment(segment)
    return plaintext.subarray(within, within + length)
  }

  async #openSegment(index: number): Promise<Uint8Array> {
    if (this.#kept?.index === index) return this.#kept.plaintext
    const plaintext = this.#readSegment(index)
    this.#kept = { index, plaintext }
    try {
      return await plaintext
    } catch (error) {
      // A failed read may succeed the next time.
      this.#kept = undefined
      throw error
    }
  }

  async #readSegment(index: number): Promise<Uint8Array> {
    const range = segmentRange(index, this.#source.length - this.#headLength)
    const sealed = await readExactly(this.#source, this.#headLength + range.offset, range.length)
    return this.#opener.open(sealed, index, range.final)
  }
}

async function readHead(source: SealedSource): Promise<Uint8Array> {
  let bytes = await readExactly(source, 0, Math.min(firstRead, source.length))
  for (;;) {
    const needed = measureHead(bytes)
    if (needed <= bytes.length) return bytes
    if (needed > source.length) throw new SealedError('header.truncated', 'The sealed file ends inside its head')
    bytes = await readExactly(source, 0, needed)
  }
}

async function readExactly(source: SealedSource, offset: number, length: number): Promise<Uint8Array> {
  const bytes = await source.readRange(offset, length)
  if (bytes.length === length) return bytes
  throw new SealedError('floe.truncated', 'The source gave fewer bytes than it has')
}
