import { createDecrypt } from '#decrypt'
import { joinBytes, readU32 } from '../bytes.ts'
import type { Decrypt } from '../crypto/primitives.ts'
import { SealedError } from '../errors.ts'
import { deriveSegmentKey, encodeSegmentAad, keyEpoch, resumeFloe, type FloeState } from '../floe/key-schedule.ts'
import {
  internalMarker,
  keyholdParameters,
  maxSegments,
  segmentOverhead,
  type FloeParameters,
} from '../floe/parameters.ts'

/** Opens single segments (`decryptSegment`): the caller knows position and whether it is the final one. */
export class SegmentOpener {
  readonly parameters: FloeParameters
  readonly #state: FloeState
  #epoch = -1
  #decrypt: Promise<Decrypt> | undefined

  private constructor(state: FloeState) {
    this.#state = state
    this.parameters = state.parameters
  }

  /** Throws `floe.header_malformed` or `floe.header_forged`. */
  static async start(
    key: Uint8Array,
    aad: Uint8Array,
    header: Uint8Array,
    parameters: FloeParameters = keyholdParameters,
  ): Promise<SegmentOpener> {
    return new SegmentOpener(await resumeFloe(key, aad, header, parameters))
  }

  /** The verified plaintext of a whole segment. Throws `floe.segment_malformed` or `floe.segment_forged`. */
  async open(segment: Uint8Array, position: number, final: boolean): Promise<Uint8Array> {
    assertSegmentShape(segment, final, this.parameters.segmentLength)
    const decrypt = await this.#decryptFor(position)
    const plaintext = await decrypt(segment.subarray(4, 16), encodeSegmentAad(position, final), segment.subarray(16))
    if (plaintext === undefined) {
      throw new SealedError('floe.segment_forged', `Segment ${position} is not what was sealed there`)
    }
    return plaintext
  }

  #decryptFor(position: number): Promise<Decrypt> {
    const epoch = keyEpoch(this.#state, position)
    if (this.#decrypt === undefined || epoch !== this.#epoch) {
      this.#epoch = epoch
      this.#decrypt = this.#createDecrypt(position)
    }
    return this.#decrypt
  }

  async #createDecrypt(position: number): Promise<Decrypt> {
    return createDecrypt(await deriveSegmentKey(this.#state, position))
  }
}

function assertSegmentShape(segment: Uint8Array, final: boolean, segmentLength: number): void {
  const fits = final
    ? segment.length >= segmentOverhead && segment.length <= segmentLength && readU32(segment, 0) === segment.length
    : segment.length === segmentLength && readU32(segment, 0) === internalMarker
  if (!fits) throw new SealedError('floe.segment_malformed', 'The length field of a segment does not fit its place')
}

/**
 * Opens a stream of FLOE segments given in chunks of any size. Gives only verified plaintext, and the final segment's
 * only from `finish`: what came before is genuine but may be cut short until `finish` has returned.
 */
export class FloeOpener {
  readonly #opener: SegmentOpener
  readonly #segmentLength: number
  #position = 0
  #held = new Uint8Array(0)
  #heldLength = 0
  /** A buffer whose segment is decrypted by now, to be held again. */
  #spare: Uint8Array<ArrayBuffer> | undefined
  #lent: Uint8Array<ArrayBuffer> | undefined
  /** Length of the final segment once its length field was read. */
  #finalLength: number | undefined
  #closed = false

  constructor(opener: SegmentOpener) {
    this.#opener = opener
    this.#segmentLength = opener.parameters.segmentLength
  }

  /**
   * Plaintext of the segments that are now whole, in order; a chunk must stay unchanged until awaited. Throws
   * `floe.segment_forged`, `floe.segment_malformed`, `floe.trailing_data`, and `floe.closed` ever after.
   */
  async push(chunk: Uint8Array): Promise<Uint8Array[]> {
    return this.#failClosed(async () => {
      const first = this.#position
      const segments = this.#take(chunk)
      this.#position += segments.length
      return Promise.all(segments.map((segment, index) => this.#open(segment, first + index)))
    })
  }

  /** Plaintext of the final segment. Throws `floe.truncated` when it has not come whole, or `floe.segment_forged`. */
  async finish(): Promise<Uint8Array> {
    return this.#failClosed(async () => {
      if (this.#finalLength === undefined || this.#heldLength !== this.#finalLength) {
        throw new SealedError('floe.truncated', 'The sealed stream ends before its final segment does')
      }
      const plaintext = await this.#opener.open(this.#held.subarray(0, this.#finalLength), this.#position, true)
      this.#closed = true
      return plaintext
    })
  }

  async #failClosed<T>(step: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new SealedError('floe.closed', 'The sealed stream has already ended or been refused')
    try {
      return await step()
    } catch (error) {
      this.#closed = true
      throw error
    }
  }

  async #open(segment: Uint8Array, position: number): Promise<Uint8Array> {
    const plaintext = await this.#opener.open(segment, position, false)
    if (segment === this.#lent) {
      this.#spare = this.#lent
      this.#lent = undefined
    }
    return plaintext
  }

  #take(chunk: Uint8Array): Uint8Array[] {
    const segments: Uint8Array[] = []
    let offset = 0
    while (offset < chunk.length) {
      const rest = chunk.subarray(offset)
      if (this.#heldLength === 0 && rest.length >= this.#segmentLength && readU32(rest, 0) === internalMarker) {
        segments.push(rest.subarray(0, this.#segmentLength))
        offset += this.#segmentLength
      } else {
        offset += this.#hold(rest)
        if (this.#heldLength === this.#segmentLength && this.#finalLength === undefined) segments.push(this.#release())
      }
    }
    if (this.#position + segments.length >= maxSegments) {
      throw new SealedError('floe.too_long', 'The sealed stream has too many segments')
    }
    return segments
  }

  /** Copies what the segment at hand still lacks and says how much that was. */
  #hold(bytes: Uint8Array): number {
    const wanted = this.#wantedLength() - this.#heldLength
    if (wanted === 0) throw new SealedError('floe.trailing_data', 'Bytes follow the final segment')
    const part = bytes.subarray(0, wanted)
    if (this.#held.length < this.#heldLength + part.length) this.#grow()
    this.#held.set(part, this.#heldLength)
    this.#heldLength += part.length
    if (this.#heldLength === 4) this.#readMarker()
    return part.length
  }

  #wantedLength(): number {
    return this.#heldLength < 4 ? 4 : (this.#finalLength ?? this.#segmentLength)
  }

  #grow(): void {
    const wanted = this.#wantedLength()
    const grown = wanted === this.#segmentLength ? (this.#spare ?? new Uint8Array(wanted)) : new Uint8Array(wanted)
    if (grown === this.#spare) this.#spare = undefined
    grown.set(this.#held.subarray(0, this.#heldLength))
    this.#held = grown
  }

  #readMarker(): void {
    const marker = readU32(this.#held, 0)
    if (marker === internalMarker) return
    if (marker < segmentOverhead || marker > this.#segmentLength) {
      throw new SealedError('floe.segment_malformed', 'The length field of a segment is out of range')
    }
    this.#finalLength = marker
  }

  #release(): Uint8Array {
    const segment = this.#held
    this.#lent = segment
    this.#held = new Uint8Array(0)
    this.#heldLength = 0
    return segment
  }
}

/** Opens a whole FLOE ciphertext (header and body) at once. Throws the codes of `FloeOpener`. */
export async function openFloe(
  key: Uint8Array,
  aad: Uint8Array,
  header: Uint8Array,
  body: Uint8Array,
  parameters: FloeParameters = keyholdParameters,
): Promise<Uint8Array> {
  const opener = new FloeOpener(await SegmentOpener.start(key, aad, header, parameters))
  const parts = await opener.push(body)
  const last = await opener.finish()
  return parts.length === 0 ? last : joinBytes([...parts, last])
}
