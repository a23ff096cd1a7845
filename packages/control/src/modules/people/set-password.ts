/** A new password for an account that is there: checked, hashed, stored, and the person told. */
import type { Transaction } from '../../platform/database/transaction.ts'
import { describePerson } from './accounts.ts'
import { passwordCounts } from './break-glass.ts'
import { checkPassword, isShortPassword } from './check-password.ts'
import { failPeople } from './errors.ts'
import type { PasswordHasher } from './password-hash.ts'
import { writeChangedMail } from './password-mails.ts'
import { holdPasswordHash, listPeopleRows, updatePasswordHash, updatePasswordShort } from './people-store.ts'
import { hasFactor } from './policy.ts'
import { deleteResetsOf } from './reset-store.ts'
import { endSessionsOf } from './sessions.ts'
import type { PeopleSetting } from './setting.ts'

export type PasswordChange = {
  readonly organisation: string
  readonly person: string
  readonly password: string
  /** The one session that goes on; null ends all. */
  readonly keep: string | null
  readonly how: 'changed' | 'reset'
  /** What the present password was compared with; a link needs none. */
  readonly present: string | null
}

/**
 * Checks and hashes, and gives what stores it in a transaction, ends sessions, sign-ins that wait for a second factor and
 * open links, and tells the person;
 * undefined when the account is gone, or single sign-on is its only way.
 *
 * @throws `password.too_short`, `password.too_simple`, `sign_in.busy`, and in the transaction `password.current_wrong`
 */
export async function preparePassword(
  setting: PeopleSetting,
  hasher: PasswordHasher,
  change: PasswordChange,
): Promise<((tx: Transaction) => Promise<void>) | undefined> {
  const { organisation, person, password, keep, how, present } = change
  const { database, queueMail, now, readUrl } = setting
  const found = await database.readTenant({ organisation }, async (tx) => {
    const [stored] = await listPeopleRows(tx, person)
    if (!(await passwordCounts(tx, person))) return undefined
    return stored && { stored, secondFactor: await hasFactor(tx, person) }
  })
  if (found === undefined) return undefined
  const { email } = describePerson(setting, found.stored)
  await checkPassword(password, email, found.secondFactor)
  const short = isShortPassword(password)
  const hash = await hasher.hash(password)
  return async (tx) => {
    if (!(await passwordCounts(tx, person))) throw failPeople('password.single_sign_on')
    // Whoever set another one meanwhile, by a link perhaps, has shut the caller out.
    if (present !== null && !(await holdPasswordHash(tx, person, present))) throw failPeople('password.current_wrong')
    await updatePasswordHash(tx, person, hash)
    await updatePasswordShort(tx, person, short)
    // The row is held now: a factor that was there when the length was judged may have been removed since.
    if (short && !(await hasFactor(tx, person))) throw failPeople('password.too_short')
    await deleteResetsOf(tx, person)
    await setting.endSecondSteps(tx, person)
    await endSessionsOf(setting, tx, person, keep)
    await queueMail(tx, organisation, writeChangedMail(email, readUrl(), now(), how))
  }
}
