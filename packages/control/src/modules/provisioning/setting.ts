import type { AuditPort } from '../../platform/audit-port.ts'
import type { Authoriser } from '../../platform/authoriser/authoriser.ts'
import type { Database, Found } from '../../platform/database/database.ts'
import type { Log } from '../../platform/log.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { GroupDoors } from '../groups/index.ts'
import type { QueueMail } from '../mails/index.ts'
import type { ProvisionedDoors } from '../people/index.ts'
import type { MadeToken } from '../tokens/index.ts'

/** What the use cases of provisioning work with. */
export type ProvisioningSetting = {
  readonly database: Database
  readonly authoriser: Authoriser
  readonly audit: AuditPort
  readonly log: Log
  readonly now: () => Date
  /** Where the identity provider reaches this installation, without a path. */
  readonly readUrl: () => string
  readonly people: ProvisionedDoors
  readonly groups: GroupDoors
  /** Tokens of programs that a person made and that still work. */
  readonly listMadeTokens: (tx: Transaction, person: string) => Promise<readonly MadeToken[]>
  /** Part of the caller's transaction. */
  readonly queueMail: QueueMail
  /** Told of each token that ended, as soon as that is committed. */
  readonly onTokenEnded: (token: Found) => void
}
