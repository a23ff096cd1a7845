import type { AuditPort } from '../../platform/audit-port.ts'
import type { Database } from '../../platform/database/database.ts'

/** What the use cases of documents work with. */
export type DocumentSetting = {
  readonly database: Database
  readonly audit: Pick<AuditPort, 'stage'>
  readonly now: () => Date
}
