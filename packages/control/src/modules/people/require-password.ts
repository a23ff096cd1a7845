/** Asks for a person's password again before what cannot be taken back: a stolen session alone is not enough. */
import type { Transaction } from '../../platform/database/transaction.ts'
import { createLimitedAttempts } from './attempts.ts'
import { failPeople } from './errors.ts'
import type { PasswordHasher } from './password-hash.ts'
import { lockMembers } from './member-store.ts'
import { holdPasswordHash, readPasswordHash } from './people-store.ts'
import type { PeopleSetting } from './setting.ts'

type Account = { readonly organisation: string; readonly id: string }

/**
 * Wrong answers are limited as at sign-in. Gives what the transaction begins with: it holds the members and the password,
 * and refuses when that was changed since. Both @throw `password.wrong`, the question `sign_in.busy`, `rate.limited` too
 */
export function createPasswordQuestion(setting: PeopleSetting, hasher: PasswordHasher) {
  const attempts = createLimitedAttempts(() => setting.now().getTime())
  return async (account: Account, password: string): Promise<(tx: Transaction) => Promise<void>> => {
    const takeBack = attempts.begin([account.id])
    const hash = await setting.database.readTenant(account, (tx) => readPasswordHash(tx, account.id))
    const right = await hasher.verify(password, hash)
    if (!right || hash === undefined) throw failPeople('password.wrong')
    takeBack()
    return async (tx) => {
      // In the order of every change of members, so that none waits for the other.
      await lockMembers(tx, account.organisation)
      if (!(await holdPasswordHash(tx, account.id, hash))) throw failPeople('password.wrong')
    }
  }
}
