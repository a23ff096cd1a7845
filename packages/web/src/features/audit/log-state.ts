/** What the log's worker tells the page. */
import type { LedgerErrorCode } from '@keyhold/ledger'

export type LogFault = {
  readonly code: LedgerErrorCode
  readonly message: string
  /** The entry at fault, where it is in one. */
  readonly index: number | null
}

export type VerifiedLog = {
  readonly size: number
  /** base64. */
  readonly root: string
  /** The signed note. */
  readonly checkpoint: string
  /** The log's key that this browser pinned. */
  readonly verifierKey: string
  /** ISO 8601: when it was verified here. */
  readonly time: string
  /** Every entry since the first was checked in this visit, and not only those that are new. */
  readonly whole: boolean
  /** Entries that the data plane signed and chained. */
  readonly dataPlane: number
  /** Entries more than when this browser verified the log on an earlier visit; null at its first. */
  readonly added: number | null
}

export type LogState = {
  /** `away`: the server gave no answer; it is asked again. */
  readonly phase: 'loading' | 'verified' | 'altered' | 'away'
  /** One more than the newest entry that is here. */
  readonly length: number
  /** Entries checked so far, and how many there are to check. */
  readonly checked: number
  readonly size: number
  readonly verified: VerifiedLog | null
  readonly fault: LogFault | null
}

export const firstState: LogState = { phase: 'loading', length: 0, checked: 0, size: 0, verified: null, fault: null }
