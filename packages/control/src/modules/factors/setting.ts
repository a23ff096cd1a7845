import type { AuditNote } from '../../platform/http/call.ts'
import type { Authoriser } from '../../platform/authoriser/authoriser.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Log } from '../../platform/log.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'
import type { PeopleDoors } from '../people/index.ts'

/** What the use cases of second factors work with. */
export type FactorSetting = {
  readonly database: Database
  readonly authoriser: Authoriser
  readonly platformKey: PlatformKey
  readonly log: Log
  readonly now: () => Date
  /** Names that this server's certificate is for. */
  readonly serverNames: readonly string[]
  readonly people: PeopleDoors
  /** Whether a sign-in at the identity provider proves that it is still them. */
  readonly offersProvider: (tx: Transaction, person: string) => Promise<boolean>
}

/** Whose factor is to be shown, where. `challenge`: what a passkey must have signed; null when none was given out. */
export type Showing = {
  readonly organisation: string
  readonly person: string
  readonly host: string
  readonly challenge: string | null
  /** Facts for the audit entry. */
  readonly note: (note: AuditNote) => void
}

/** Of the same row and column until it is erased, so that sealed bytes cannot be moved to another person. */
export const totpContext = (organisation: string, person: string) => `totp/${organisation}/${person}`
export const passkeyNameContext = (organisation: string, id: string) => `passkeys/${organisation}/${id}/name`
