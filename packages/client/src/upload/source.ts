/** What is uploaded: a file of the customer's, or something that can be made again byte for byte. */
export type Source = {
  /** Tells this source from others of the same client: an unfinished upload is found by it. Stays on the client. */
  readonly identity: string
  /** Bytes; at least 1. */
  readonly length: number
  /** Fills the buffer from an offset. Throws `upload.source_changed` when the source has become shorter. */
  read(offset: number, into: Uint8Array): Promise<void>
  /** Throws `upload.source_changed` when the source was written to since it was opened. */
  assertUnchanged(): void
  close(): Promise<void>
}
