/** Signing in, alike in answer and time for known and unknown addresses. */
import type { Proof } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { lookUpEmail, recognise } from './accounts.ts'
import { isShortPassword } from './check-password.ts'
import { failPeople } from './errors.ts'
import type { PasswordHasher } from './password-hash.ts'
import { holdPasswordHash, updatePasswordHash, updatePasswordShort } from './people-store.ts'
import type { ProofGate } from './proof-gate.ts'
import type { PeopleSetting } from './setting.ts'

export type SignIn = {
  readonly email: string
  readonly password: string
  readonly address: string
  readonly proof: Proof | undefined
}
type SignedIn = {
  readonly organisation: string
  readonly person: string
  /**
   * To be done before anything is given: refuses when the password was changed since it was compared, stores a hash of
   * today's costs where the one that is kept costs less, and whether the password is a short one. @throws `sign_in.refused`
   */
  readonly settle: (tx: Transaction) => Promise<void>
}

/**
 * Whom address and password belong to. `onKnown` hears of the account that was tried, right or wrong, before the answer:
 * the log is its organisation's. A second factor is asked for afterwards.
 *
 * @throws `sign_in.refused`, `sign_in.busy`, `sign_in.proof_needed`
 */
export async function signIn(
  setting: PeopleSetting,
  { hasher, gate }: { readonly hasher: PasswordHasher; readonly gate: ProofGate },
  { email, password, address, proof }: SignIn,
  onKnown: (account: { organisation: string; id: string }) => void,
): Promise<SignedIn> {
  const emailLookup = lookUpEmail(setting, email)
  const takeBack = await gate.pass({ call: 'sign-in', account: emailLookup, address, proof })
  const { account, correct, hash, outdated = false } = await recognise(setting, hasher, emailLookup, password)
  if (account !== undefined) onKnown(account)
  if (account === undefined || !correct) throw failPeople('sign_in.refused')
  takeBack()
  const { organisation, id: person } = account
  const newHash = outdated ? await hasher.hash(password) : undefined
  return {
    organisation,
    person,
    async settle(tx) {
      if (hash === undefined || !(await holdPasswordHash(tx, person, hash))) throw failPeople('sign_in.refused')
      if (newHash !== undefined) await updatePasswordHash(tx, person, newHash)
      await updatePasswordShort(tx, person, isShortPassword(password))
    },
  }
}
