/** Signing in, alike in answer and time for known and unknown addresses. */
import { lookUpEmail, recognise } from './accounts.ts'
import { addressBlock, type Attempts } from './attempts.ts'
import { failPeople } from './errors.ts'
import type { PasswordHasher } from './password-hash.ts'
import type { PeopleSetting } from './setting.ts'

export type SignIn = { readonly email: string; readonly password: string; readonly address: string }
type SignedIn = { readonly organisation: string; readonly person: string }

/**
 * Whom address and password belong to. `onKnown` hears of the account that was tried, right or wrong, before the answer:
 * the log is its organisation's.
 *
 * @throws `sign_in.refused`, `sign_in.busy`, `rate.limited`
 */
export async function signIn(
  setting: PeopleSetting,
  { hasher, attempts }: { readonly hasher: PasswordHasher; readonly attempts: Attempts },
  { email, password, address }: SignIn,
  onKnown: (account: { organisation: string; id: string }) => void,
): Promise<SignedIn> {
  const emailLookup = lookUpEmail(setting, email)
  const takeBack = attempts.begin([`account ${emailLookup.toString('base64')}`, `block ${addressBlock(address)}`])
  const { account, correct } = await recognise(setting, hasher, emailLookup, password)
  if (account !== undefined) onKnown(account)
  if (account === undefined || !correct) throw failPeople('sign_in.refused')
  takeBack()
  return { organisation: account.organisation, person: account.id }
}
