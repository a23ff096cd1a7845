import type { Database } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Log } from '../../platform/log.ts'
import type { Mailer } from '../../platform/mail.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'

/** What the use cases of people work with. */
export type PeopleSetting = {
  readonly database: Database
  readonly platformKey: PlatformKey
  readonly log: Log
  readonly now: () => Date
  readonly mail: Pick<Mailer, 'send'>
  /** Where people reach this installation, without a path: for links in mails. */
  readonly readUrl: () => string
  readonly readOrganisationName: (tx: Transaction, organisation: string) => Promise<string | undefined>
  /** Whether the person signs in with a second factor besides; a shorter password will do then. */
  readonly hasSecondFactor: (tx: Transaction, person: string) => Promise<boolean>
  /** Told the hash of each session that ended, as soon as that is committed. */
  readonly onSessionEnded: (hash: Uint8Array) => void
}
