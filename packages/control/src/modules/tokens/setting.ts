import type { Signed } from '@keyhold/contract'
import type { AuditPort } from '../../platform/audit-port.ts'
import type { Authoriser } from '../../platform/authoriser/authoriser.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { OpenCalls } from '../../platform/http/open-calls.ts'
import type { Log } from '../../platform/log.ts'
import type { TokenRanges } from '../addresses/index.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'

/** What the use cases of tokens work with. */
export type TokenSetting = {
  readonly database: Database
  readonly authoriser: Authoriser
  readonly platformKey: PlatformKey
  readonly audit: AuditPort
  readonly log: Log
  readonly now: () => Date
  readonly openCalls: OpenCalls
  /** Hands a signed change to the data plane. @throws the data plane's refusal, `data_plane.away` */
  readonly submitRoster: (organisation: string, statement: Signed) => Promise<{ readonly number: number }>
  /** Keeps a change that the data plane has accepted. */
  readonly insertRoster: (tx: Transaction, organisation: string, number: number, statement: Signed) => Promise<void>
  readonly hasProject: (tx: Transaction, project: string) => Promise<boolean>
  readonly addresses: TokenRanges
  /** Ends the session of this id in the caller's transaction; it is the module `people`'s. */
  readonly endSession: (tx: Transaction, session: string) => Promise<void>
  /** E-mail addresses of the owners, and of the person named. */
  readonly readContacts: (organisation: string, person: string | null) => Promise<string[]>
  readonly sendMail: (mail: { readonly to: string; readonly subject: string; readonly text: string }) => Promise<void>
}
