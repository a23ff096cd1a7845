import type { Awaitable } from '@keyhold/sealed'
import type { PinStore } from '../pins.ts'
import type { JournalStore } from './journal.ts'

/** One call on an upload's content, as tus 1.0.0 has it. */
export type ContentCall = {
  readonly method: 'HEAD' | 'PATCH'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Absent when nothing is sent. */
  readonly body?: AsyncIterable<Uint8Array>
  /** To be told how many bytes of the body have been handed over. */
  readonly onSent: (bytes: number) => void
  readonly signal: AbortSignal
}

export type ContentAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Hashes of segments, as fast as the platform has them. */
export type SegmentHashing = {
  /** SHA-256 of the pieces in a row. */
  digest(pieces: readonly Uint8Array[]): Awaitable<Uint8Array>
  /**
   * A keyed hash of one plaintext segment, 16 bytes: GMAC (NIST SP 800-38D) with the segment's number as nonce, under a
   * random key that never leaves the journal. It tells whether the source is still what was sent.
   */
  fingerprint(key: Uint8Array, segment: number, plaintext: Uint8Array): Awaitable<Uint8Array>
}

/** What an upload needs of its surroundings. */
export type UploadPorts = {
  readonly pins: PinStore
  readonly journals: JournalStore
  readonly hashing: SegmentHashing
  readonly now: () => number
  /** Bytes of ciphertext in one call: at first, at least and at most. A piece is sealed again when its call is lost. */
  readonly pieceBytes: { readonly first: number; readonly least: number; readonly most: number }
  /** Sends one call, without retries; rejects with the transport's own error when there was no answer. */
  send(call: ContentCall): Promise<ContentAnswer>
  /** True when an error means that no answer came. */
  isAbsence(error: unknown): boolean
  /** Waits a little longer with each failure; throws when patience ends. */
  waitAfter(failure: unknown, attempt: number): Promise<void>
}
