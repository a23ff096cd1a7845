import type { PendingSignIn } from '@keyhold/contract'
import type { Authoriser } from '../../platform/authoriser/authoriser.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Log } from '../../platform/log.ts'
import type { Mail } from '../../platform/mail.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'

/** What the use cases of people work with. */
export type PeopleSetting = {
  readonly database: Database
  readonly authoriser: Authoriser
  readonly platformKey: PlatformKey
  readonly log: Log
  readonly now: () => Date
  /** Where people reach this installation, without a path: for links in mails. */
  readonly readUrl: () => string
  readonly readOrganisationName: (tx: Transaction, organisation: string) => Promise<string | undefined>
  /** What an account with a second factor gets in place of a session; undefined when it has none. */
  readonly beginSecondStep: (tx: Transaction, account: FactorAccount) => Promise<PendingSignIn | undefined>
  /** Ends the person's sign-ins that wait for a second factor: they rest on a password that is none any more. */
  readonly endSecondSteps: (tx: Transaction, person: string) => Promise<void>
  /**
   * Told of each session that ended or changed, as soon as that is committed; `ended` when it was ended on purpose, so
   * that who waits with it is cut off.
   */
  readonly onSessionEnded: (session: string, how?: 'ended') => void
  /** Resolves once the mail is taken over for sending. */
  readonly sendMail: (mail: Mail) => Promise<void>
}

/** `host`: the name under which the caller reached this server, with its port. */
export type FactorAccount = { readonly organisation: string; readonly person: string; readonly host: string }
