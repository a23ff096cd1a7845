import type { AuditPort } from '../../platform/audit-port.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Log } from '../../platform/log.ts'
import type { PersonalEntries } from '../audit/index.ts'
import type { OwnFactorData } from '../factors/index.ts'
import type { OwnData } from '../people/index.ts'

/** What the use cases of personal data work with. */
export type PersonalSetting = {
  readonly database: Database
  readonly log: Log
  readonly now: () => Date
  readonly people: OwnData
  readonly factors: OwnFactorData
  readonly entries: PersonalEntries
  readonly audit: AuditPort
}
