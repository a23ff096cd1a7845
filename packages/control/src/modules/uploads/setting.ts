import type { Database } from '../../platform/database/database.ts'
import type { UploadCatalogue, UploadJobs } from './ports.ts'
import type { UploadArea } from './upload-area.ts'

/** What the use cases of uploads work with. */
export type UploadSetting = {
  readonly database: Database
  readonly area: UploadArea
  readonly catalogue: UploadCatalogue
  readonly jobs: UploadJobs
  readonly now: () => Date
  /** Longest upload, in bytes. */
  readonly lengthLimit: number
  /** Told whenever an upload's offset or state changed. */
  readonly onChange: (upload: string) => void
}
