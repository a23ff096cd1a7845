import { createEncrypt } from '#encrypt'
import { primitives } from '#crypto'
import { encodeU32, joinBytes } from '../bytes.ts'
import type { Encrypt } from '../crypto/primitives.ts'
import { SealedError } from '../errors.ts'
import { segmentCapacity } from '../floe/geometry.ts'
import {
  deriveSegmentKey,
  encodeSegmentAad,
  keyEpoch,
  resumeFloe,
  startFloe,
  type FloeState,
} from '../floe/key-schedule.ts'
import {
  internalMarker,
  keyholdParameters,
  maxSegments,
  segmentOverhead,
  type FloeParameters,
} from '../floe/parameters.ts'

/**
 * One whole encrypted segment in three pieces (length field and IV, ciphertext, tag), which concatenated are the bytes
 * to store: joining them costs as much as a third of the encryption, so whoever can write pieces is spared it.
 */
export type SealedSegment = readonly [head: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array]

export interface FloeOptions {
  readonly parameters?: FloeParameters
  /** Replaced only to make test vectors. */
  readonly random?: (length: number) => Uint8Array
}

interface SegmentJob {
  readonly position: number
  readonly plaintext: Uint8Array
  readonly final: boolean
}

/** Encrypts a stream in FLOE segments. Order of calls is order of bytes; a chunk must stay unchanged until awaited. */
export class FloeSealer {
  readonly header: Uint8Array
  readonly #state: FloeState
  readonly #random: (length: number) => Uint8Array
  readonly #capacity: number
  #position: number
  #held = new Uint8Array(0)
  #heldLength = 0
  /** A buffer that was held and is encrypted by now, to be held again. */
  #spare: Uint8Array<ArrayBuffer> | undefined
  #lent: Uint8Array<ArrayBuffer> | undefined
  #closed = false
  #epoch = -1
  #encrypt: Promise<Encrypt> | undefined

  private constructor(state: FloeState, header: Uint8Array, position: number, options: FloeOptions) {
    this.header = header
    this.#state = state
    this.#random = options.random ?? primitives.randomBytes
    this.#capacity = segmentCapacity(state.parameters)
    this.#position = position
  }

  /** A new ciphertext under a 32-byte key. */
  static async start(key: Uint8Array, aad: Uint8Array, options: FloeOptions = {}): Promise<FloeSealer> {
    const random = options.random ?? primitives.randomBytes
    const { state, header } = await startFloe(key, aad, options.parameters ?? keyholdParameters, random)
    return new FloeSealer(state, header, 0, options)
  }

  /** Goes on at segment `position` of a ciphertext that was begun elsewhere. Throws `floe.header_forged`. */
  static async resume(
    key: Uint8Array,
    aad: Uint8Array,
    header: Uint8Array,
    position: number,
    options: FloeOptions = {},
  ): Promise<FloeSealer> {
    const state = await resumeFloe(key, aad, header, options.parameters ?? keyholdParameters)
    return new FloeSealer(state, header, position, options)
  }

  /** Takes the next bytes and gives the segments that are now whole. Throws `floe.closed` after `finish`. */
  async push(chunk: Uint8Array): Promise<SealedSegment[]> {
    return this.#sealAll(this.#take(chunk))
  }

  /** Takes the last bytes, if any, and gives the remaining segments: at least the final one. */
  async finish(last: Uint8Array = new Uint8Array(0)): Promise<SealedSegment[]> {
    const jobs = this.#take(last, true)
    return this.#sealAll(jobs)
  }

  /** Cuts synchronously, so that positions follow the order of calls. A full segment is held back: it may be final. */
  #take(chunk: Uint8Array, last = false): SegmentJob[] {
    if (this.#closed) throw new SealedError('floe.closed', 'The sealed stream has already been finished')
    const jobs: SegmentJob[] = []
    let offset = 0
    while (this.#heldLength + chunk.length - offset > this.#capacity) {
      const taken = this.#capacity - this.#heldLength
      jobs.push(this.#nextJob(this.#withHeld(chunk.subarray(offset, offset + taken)), false))
      offset += taken
    }
    const rest = chunk.subarray(offset)
    if (last) {
      this.#closed = true
      jobs.push(this.#nextJob(this.#withHeld(rest), true))
    } else {
      this.#hold(rest)
    }
    return jobs
  }

  #nextJob(plaintext: Uint8Array, final: boolean): SegmentJob {
    if (this.#position >= maxSegments) throw new SealedError('floe.too_long', 'The plaintext has too many segments')
    return { position: this.#position++, plaintext, final }
  }

  #withHeld(bytes: Uint8Array): Uint8Array {
    if (this.#heldLength === 0) return bytes
    this.#hold(bytes)
    const whole = this.#held.subarray(0, this.#heldLength)
    this.#lent = whole
    this.#held = new Uint8Array(0)
    this.#heldLength = 0
    return whole
  }

  #takeBack(): void {
    if (this.#lent?.buffer.byteLength === this.#capacity) this.#spare = new Uint8Array(this.#lent.buffer)
    this.#lent = undefined
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    if (this.#held.length === 0) {
      this.#held = this.#spare ?? new Uint8Array(this.#capacity)
      this.#spare = undefined
    }
    this.#held.set(bytes, this.#heldLength)
    this.#heldLength += bytes.length
  }

  async #sealAll(jobs: readonly SegmentJob[]): Promise<SealedSegment[]> {
    // In Node each job is done before the next begins; a browser encrypts them side by side.
    return Promise.all(jobs.map((job) => this.#seal(job)))
  }

  async #seal({ position, plaintext, final }: SegmentJob): Promise<SealedSegment> {
    const encrypt = await this.#encryptFor(position)
    const iv = this.#random(12)
    const sealed = await encrypt(iv, encodeSegmentAad(position, final), plaintext)
    if (this.#lent === plaintext) this.#takeBack()
    const marker = final ? plaintext.length + segmentOverhead : internalMarker
    return [joinBytes([encodeU32(marker), iv]), sealed.ciphertext, sealed.tag]
  }

  #encryptFor(position: number): Promise<Encrypt> {
    const epoch = keyEpoch(this.#state, position)
    if (this.#encrypt === undefined || epoch !== this.#epoch) {
      this.#epoch = epoch
      this.#encrypt = this.#createEncrypt(position)
    }
    return this.#encrypt
  }

  async #createEncrypt(position: number): Promise<Encrypt> {
    return createEncrypt(await deriveSegmentKey(this.#state, position))
  }
}
