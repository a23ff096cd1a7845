/** What uploads need of other modules, given by the wiring in app. */
import type { Principal } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { CommitCatalogue } from '../jobs/index.ts'

/** Who calls, and the question that each use case asks before it touches a table's data. */
export type UploadCaller = {
  readonly organisation: string
  readonly project: string
  readonly principal: Principal
  /** @throws `access.denied` unless the caller may write in this bucket of the project */
  readonly requireWrite: (bucket: string) => void
}

export type UploadCatalogue = Pick<CommitCatalogue, 'findBucket'>

export type UploadJobs = {
  /** Adds an import job with its ticket, in the caller's transaction. */
  readonly start: (
    tx: Transaction,
    job: { organisation: string; id: string; project: string; upload: string; table: string },
  ) => Promise<void>
  /** Ends the job of an upload that was given up; the upload is then abandoned with it. */
  readonly giveUp: (
    tx: Transaction,
    organisation: string,
    job: string,
    code: 'upload.abandoned' | 'upload.expired',
  ) => Promise<void>
}
