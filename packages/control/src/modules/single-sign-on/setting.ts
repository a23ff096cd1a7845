import type { PendingSignIn } from '@keyhold/contract'
import type { AuditPort } from '../../platform/audit-port.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Log } from '../../platform/log.ts'
import type { Dialler } from '../../platform/outgoing/dialler.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'
import type { QueueMail } from '../mails/index.ts'
import type { EndedAtProvider, FactorAccount, PeopleDoors } from '../people/index.ts'

/** What the use cases of single sign-on work with. */
export type SingleSignOnSetting = {
  readonly database: Database
  readonly platformKey: PlatformKey
  readonly log: Log
  readonly now: () => Date
  /** Where people reach this installation, without a path: never from a request, which could name any. */
  readonly readUrl: () => string
  readonly dialler: Dialler
  readonly audit: Pick<AuditPort, 'stage'>
  /** E-mail addresses of the owners. */
  readonly readContacts: (organisation: string, person: string | null) => Promise<string[]>
  readonly queueMail: QueueMail
  readonly people: PeopleDoors
  readonly beginSecondStep: (tx: Transaction, account: FactorAccount) => Promise<PendingSignIn | undefined>
  /** Those that wait for a second factor after a sign-in at the provider end. */
  readonly endPendingBy: (tx: Transaction, ended: EndedAtProvider) => Promise<void>
  /** Sign-ins that wait for a second factor end. */
  readonly endPending: (tx: Transaction) => Promise<void>
}

export const readLogoutUri = ({ readUrl }: Pick<SingleSignOnSetting, 'readUrl'>, organisation: string) =>
  `${readUrl()}/v1/single-sign-on/${organisation}/logout`

export const readRedirectUri = ({ readUrl }: Pick<SingleSignOnSetting, 'readUrl'>) =>
  `${readUrl()}/single-sign-on/callback`
