/** Seals the source while it is read: one pass, some MiB of memory, each segment journalled before it is handed out. */
import type { FileSealer, SealedSegment } from '@keyhold/sealed/seal'
import { decodeOwn, equalBytes } from '../bytes.ts'
import { segmentCapacity } from './geometry.ts'
import type { Journal, SegmentRecord } from './journal.ts'
import type { SegmentHashing } from './ports.ts'
import type { Source } from './source.ts'

/** Segments sealed and journalled at once: 4 MiB, so that the disk is waited for seldom and memory stays small. */
const groupSegments = 16
/** Plaintext sealed and then hashed at once: few enough segments that the hash finds them in the processor's cache. */
const stepLength = 4 * segmentCapacity

/** One group is sealed ahead while another is being sent. */
export class SegmentStream {
  readonly #source: Source
  readonly #sealer: FileSealer
  readonly #journal: Journal
  readonly #hashing: SegmentHashing
  readonly #fingerprintKey: Uint8Array
  /** Used again for each group: fresh memory would cost more than reading into it. */
  readonly #plaintext = new Uint8Array(groupSegments * segmentCapacity)
  #ready: SealedSegment[] = []
  #filling: Promise<void> | undefined
  #failure: { cause: unknown } | undefined
  #read: number
  #fingerprints: Uint8Array[] = []
  #finished = false

  /** `segment` is the first to seal: the sealer has been resumed there and the journal has the records before it. */
  constructor(source: Source, sealer: FileSealer, journal: Journal, hashing: SegmentHashing, segment: number) {
    this.#source = source
    this.#hashing = hashing
    this.#sealer = sealer
    this.#journal = journal
    this.#fingerprintKey = decodeOwn(journal.header.fingerprintKey)
    this.#read = segment
  }

  /** The next sealed segment. Throws what reading or journalling threw; must not be asked beyond the last one. */
  async take(): Promise<SealedSegment> {
    while (this.#ready.length === 0) {
      this.#fillAhead()
      await this.#filling
      if (this.#failure !== undefined) throw this.#failure.cause
    }
    const segment = this.#ready.shift()
    if (segment === undefined) throw new Error('There is no further segment')
    if (this.#ready.length < groupSegments) this.#fillAhead()
    return segment
  }

  /** Resolves when nothing touches source and journal any more. */
  async stop(): Promise<void> {
    this.#finished = true
    await this.#filling
  }

  #fillAhead(): void {
    if (this.#filling !== undefined || this.#failure !== undefined || this.#finished) return
    this.#filling = this.#fill()
      .catch((cause: unknown) => {
        this.#failure = { cause }
      })
      .finally(() => {
        this.#filling = undefined
      })
  }

  async #fill(): Promise<void> {
    const offset = this.#read * segmentCapacity
    const length = Math.min(groupSegments * segmentCapacity, this.#source.length - offset)
    const plaintext = this.#plaintext.subarray(0, length)
    await this.#source.read(offset, plaintext)
    const last = offset + length === this.#source.length
    const records: SegmentRecord[] = []
    const sealed: SealedSegment[] = []
    for (let at = 0; at < length; at += stepLength) {
      const segments = await this.#seal(plaintext.subarray(at, at + stepLength), last && at + stepLength >= length)
      for (const segment of segments) records.push(await this.#describe(segment))
      sealed.push(...segments)
    }
    if (last) this.#source.assertUnchanged()
    await this.#journal.append(records)
    this.#finished ||= last
    this.#ready.push(...sealed)
  }

  async #seal(plaintext: Uint8Array, last: boolean): Promise<SealedSegment[]> {
    for (let at = 0; at < plaintext.length; at += segmentCapacity) {
      const segment = plaintext.subarray(at, at + segmentCapacity)
      this.#fingerprints.push(await this.#hashing.fingerprint(this.#fingerprintKey, this.#read++, segment))
    }
    return last ? this.#sealer.finish(plaintext) : this.#sealer.push(plaintext)
  }

  async #describe(segment: SealedSegment): Promise<SegmentRecord> {
    const digest = await this.#hashing.digest(segment)
    return { digest, fingerprint: this.#fingerprints.shift() ?? new Uint8Array() }
  }
}

/** True when the plaintext of the first `count` segments is still what was sent. */
export async function matchesJournal(source: Source, journal: Journal, hashing: SegmentHashing): Promise<boolean> {
  const key = decodeOwn(journal.header.fingerprintKey)
  const buffer = new Uint8Array(groupSegments * segmentCapacity)
  const { count } = journal
  for (let first = 0; first < count; first += groupSegments) {
    const records = await journal.read(first, Math.min(groupSegments, count - first))
    const offset = first * segmentCapacity
    const plaintext = buffer.subarray(0, Math.min(records.length * segmentCapacity, source.length - offset))
    await source.read(offset, plaintext)
    for (const [index, { fingerprint }] of records.entries()) {
      const segment = plaintext.subarray(index * segmentCapacity, (index + 1) * segmentCapacity)
      if (!equalBytes(await hashing.fingerprint(key, first + index, segment), fingerprint)) return false
    }
  }
  return true
}
