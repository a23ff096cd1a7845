/** What jobs need of other modules, given by the wiring in app. */
import type { Manifest, Signed } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

/** Tickets for queued jobs; a ticket may come twice or for a job that is not queued any more. */
export type JobQueue = {
  /** Adds a ticket in the caller's transaction. */
  readonly enqueue: (tx: Transaction, organisation: string, job: string) => Promise<void>
  /** Takes tickets in the caller's transaction: they are back if it rolls back. */
  readonly take: (tx: Transaction, organisation: string, most: number) => Promise<string[]>
}

export type TableHead = {
  readonly project: string
  readonly bucket: string
  readonly name: string
  readonly sequence: number
  /** Digest of the current manifest's statement bytes; null before the first. */
  readonly manifestDigest: string | null
}

type NewSnapshot = {
  readonly organisation: string
  readonly manifest: Signed
  readonly body: Manifest
  readonly digest: string
  /** Null for the end of a table. */
  readonly job: string | null
  readonly now: string
}

/** The catalogue's part of a commit. */
export type CommitCatalogue = {
  /** The table with its current manifest, locked until the transaction ends. */
  readonly lockTable: (tx: Transaction, table: string) => Promise<TableHead | undefined>
  /** Finds or makes a table. */
  readonly ensureTable: (
    tx: Transaction,
    place: { organisation: string; project: string; bucket: string; table: string },
    now: Date,
  ) => Promise<{ readonly id: string }>
  /** Adds the snapshot, moves the table's pointer and counts the project's version up. */
  readonly addSnapshot: (
    tx: Transaction,
    snapshot: NewSnapshot,
  ) => Promise<{ snapshot: string; catalogueVersion: number; replacedObjects: string[] }>
  /** Adds the last snapshot, takes earlier ones away and frees the table's name. */
  readonly endTable: (
    tx: Transaction,
    snapshot: Omit<NewSnapshot, 'job'>,
  ) => Promise<{ catalogueVersion: number; replacedObjects: string[] }>
  /** Whether the table ended with the manifest of this digest. */
  readonly isDeleted: (tx: Transaction, table: string, digest: string) => Promise<boolean>
  /** The name of the bucket of one of the project's tables. */
  readonly findBucket: (tx: Transaction, project: string, table: string) => Promise<string | undefined>
  /** Digest of a snapshot's manifest. */
  readonly readDigest: (tx: Transaction, snapshot: string) => Promise<string | undefined>
  readonly readVersion: (tx: Transaction, project: string) => Promise<number>
}

/** The object store's part of a commit. */
export type CommitObjects = {
  /** Makes staged objects live; false when one is absent or has another length or digest. Live ones stay so. */
  readonly publish: (
    tx: Transaction,
    objects: readonly { object: string; length: number; digest: string }[],
  ) => Promise<boolean>
  readonly discard: (tx: Transaction, objects: readonly string[], now: string) => Promise<void>
}

/** The upload's part in the ends of its job. */
export type JobUploads = {
  /** Marks the closed upload as imported; false when it is not closed or of another file. */
  readonly consume: (
    tx: Transaction,
    organisation: string,
    upload: string,
    files: readonly string[],
  ) => Promise<boolean>
  /** Gives the upload up, with its bytes; nothing happens to one that has ended. */
  readonly abandon: (tx: Transaction, organisation: string, upload: string) => Promise<void>
}
