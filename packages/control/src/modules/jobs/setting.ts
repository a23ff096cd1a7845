import type { AuditPort } from '../../platform/audit-port.ts'
import type { Database } from '../../platform/database/database.ts'
import type { CommitCatalogue, CommitObjects, JobQueue, JobUploads } from './ports.ts'
import type { Signals } from './signals.ts'

/** What the use cases of jobs work with. */
export type JobSetting = {
  readonly database: Database
  readonly queue: JobQueue
  readonly catalogue: CommitCatalogue
  readonly objects: CommitObjects
  readonly uploads: JobUploads
  readonly audit: Pick<AuditPort, 'stage'>
  readonly now: () => Date
  /** Raised with a job's id whenever its row changed. */
  readonly signals: Signals
  /** Tells the organisation's data plane that there is work. */
  readonly announce: (organisation: string) => void
  /** A commit has moved the project's catalogue. */
  readonly onCommitted: (project: string) => void
  /** The public identity key of an enrolled data plane. */
  readonly readIdentityKey: (organisation: string, dataPlane: string) => Promise<string | undefined>
}
