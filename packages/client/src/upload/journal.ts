/** What an upload needs to go on after the death of its process, page or machine. Each client keeps it in its own way. */
import type { Awaitable } from '@keyhold/sealed'

export type JournalHeader = {
  readonly format: 1
  /** Digest of everything asked for: another question starts over. */
  readonly request: string
  readonly sourceLength: number
  readonly project: string
  readonly tableId: string
  readonly file: string
  /** base64url, as all bytes here. */
  readonly fileKey: string
  readonly fingerprintKey: string
  readonly head: string
  readonly opening: string
  readonly idempotencyKey: string
  readonly created: string
}

/** SHA-256 of a sealed segment, and the keyed fingerprint of its plaintext. */
export type SegmentRecord = { readonly digest: Uint8Array; readonly fingerprint: Uint8Array }

/** The server's ids of an upload and its import job. */
export type UploadIds = { readonly upload: string; readonly job: string }

/**
 * Header and file key are secrets: a journal is readable by its owner alone. Invariant: a segment's record is durable
 * before the segment is sent, so whatever the server acknowledges is here.
 */
export type Journal = {
  readonly header: JournalHeader
  /** Known once the server has given them. */
  readonly ids: UploadIds | undefined
  /** Segments that have a record. */
  readonly count: number
  /** Keeps the server's ids; durable when this resolves. */
  bind(ids: UploadIds): Awaitable<void>
  /** Adds the records of the next segments; durable when this resolves. */
  append(records: readonly SegmentRecord[]): Promise<void>
  /** Forgets the records of segments that the server does not have. */
  truncate(count: number): Awaitable<void>
  /** Records from `first` on, at most `most`. */
  read(first: number, most: number): Awaitable<SegmentRecord[]>
  /** base64url digest over the digests of the head and of all segments: the closing's `ciphertextHash`. */
  hashContent(): Awaitable<string>
  close(): void
  /** Closes and deletes: the upload is over, or will start over. */
  delete(): Awaitable<void>
}

export type JournalStore = {
  /** Only one goes on with an upload at a time. Resolves to what gives the lock back. Throws `upload.already_running`. */
  lock(name: string): Awaitable<() => void>
  /** The journal of an unfinished upload; undefined when there is none that can be read. */
  open(name: string): Awaitable<Journal | undefined>
  /** A new journal in place of any other; durable when this resolves. */
  create(name: string, header: JournalHeader): Awaitable<Journal>
}
