/**
 * Second factors: authenticator apps, passkeys, recovery codes; the second step of signing in, and step-up. Owns the
 * tables `totp_factors`, `passkeys`, `recovery_codes`, `pending_sign_ins` and `passkey_challenges`. Guarantees: each code,
 * challenge and pending sign-in counts once; a wrong factor is answered alike whatever is wrong with it, and is slowed as
 * wrong passwords are; TOTP secrets are sealed under the platform key, of recovery codes only keyed hashes are kept.
 * Refuses removing the last factor where the organisation demands one.
 */
import type { Transaction } from '../../platform/database/transaction.ts'
import type { EndedAtProvider, FactorAccount } from '../people/index.ts'
import { deleteAllPending } from './pending-store.ts'
import { createFactorHandlers, type FactorHandlers } from './routes.ts'
import { deletePendingBy, deletePendingOf } from './pending-store.ts'
import { beginSecondStep } from './second-step.ts'
import { listOwnFactors, type OwnFactors } from './own-factors.ts'
import type { FactorSetting } from './setting.ts'

export { readRelyingParty } from './relying-party.ts'
export { passkeyAlgorithms, verifyPasskeyMade, verifyPasskeyUsed } from './verify-passkey.ts'

/** What is kept about someone's factors, for that person alone. */
export type OwnFactorData = {
  readonly read: (tx: Transaction, owner: { organisation: string; person: string }) => Promise<OwnFactors>
}

type FactorsModule = {
  readonly handlers: FactorHandlers
  /** What signing in asks after a right password. */
  readonly beginSecondStep: (tx: Transaction, account: FactorAccount) => ReturnType<typeof beginSecondStep>
  /** All sign-ins of the organisation that wait for a second factor end. */
  readonly endPending: (tx: Transaction) => Promise<void>
  /** Ends those that came through a sign-in that has ended at the provider. */
  readonly endPendingBy: (tx: Transaction, ended: EndedAtProvider) => Promise<void>
  /** Ends what waits for a second factor of this person. */
  readonly endSecondSteps: (tx: Transaction, person: string) => Promise<void>
  readonly own: OwnFactorData
}

export function createFactors(setting: FactorSetting): FactorsModule {
  return {
    handlers: createFactorHandlers(setting),
    endSecondSteps: deletePendingOf,
    beginSecondStep: (tx, account) => beginSecondStep(setting, tx, account),
    endPending: deleteAllPending,
    endPendingBy: deletePendingBy,
    own: { read: (tx, owner) => listOwnFactors(setting, tx, owner) },
  }
}
