import type { Signed } from '@keyhold/contract'
import type { AuditPort } from '../../platform/audit-port.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Log } from '../../platform/log.ts'

/** What the use cases of tokens work with. */
export type TokenSetting = {
  readonly database: Database
  readonly audit: AuditPort
  readonly log: Log
  readonly now: () => Date
  /** Hands a signed change to the data plane. @throws the data plane's refusal, `data_plane.away` */
  readonly submitRoster: (organisation: string, statement: Signed) => Promise<{ readonly number: number }>
  /** Keeps a change that the data plane has accepted. */
  readonly insertRoster: (tx: Transaction, organisation: string, number: number, statement: Signed) => Promise<void>
  readonly hasProject: (tx: Transaction, project: string) => Promise<boolean>
}
