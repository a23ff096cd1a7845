import type { CallOutput, GroupRole, PendingSignIn } from '@keyhold/contract'
import type { Authoriser } from '../../platform/authoriser/authoriser.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Log } from '../../platform/log.ts'
import type { EndMadeTokens } from '../tokens/index.ts'
import type { QueueMail } from '../mails/index.ts'
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
  /** In which custody the organisation's data plane runs, and whether it is there. */
  readonly readDataPlane: (tx: Transaction, organisation: string) => Promise<DataPlaneState>
  /** What an account with a second factor gets in place of a session; undefined when it has none. */
  readonly beginSecondStep: (tx: Transaction, account: FactorAccount) => Promise<PendingSignIn | undefined>
  /** Ends the person's sign-ins that wait for a second factor: they rest on a password that is none any more. */
  readonly endSecondSteps: (tx: Transaction, person: string) => Promise<void>
  /**
   * Told of each session that ended or changed, as soon as that is committed; `ended` when it was ended on purpose, so
   * that who waits with it is cut off.
   */
  readonly onSessionEnded: (session: string, how?: 'ended') => void
  /** Roles that the groups of these people give them; who gets none is left out. */
  readonly readGroupRoles: (
    tx: Transaction,
    people: readonly string[],
  ) => Promise<ReadonlyMap<string, readonly GroupRole[]>>
  /** Ends a person's own tokens in the caller's transaction; who waits with one is cut off. */
  readonly endTokensOf: (tx: Transaction, account: { organisation: string; person: string }) => Promise<void>
  /** Ends the tokens of programs that a person made, in the caller's transaction, with an entry each; gives how many. */
  readonly endMadeTokens: (tx: Transaction, made: EndMadeTokens) => Promise<number>
  /** Part of the caller's transaction; the mail goes out once that has committed. */
  readonly queueMail: QueueMail
}

type DataPlaneState = Pick<CallOutput<'readSelf'>, 'custody' | 'dataPlane'>

/** `host`: the name under which the caller reached this server, with its port. */
export type FactorAccount = { readonly organisation: string; readonly person: string; readonly host: string }
