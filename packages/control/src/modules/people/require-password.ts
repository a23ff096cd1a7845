/** Asks for a person's password again before what cannot be taken back: a stolen session alone is not enough. */
import { createLimitedAttempts } from './attempts.ts'
import { failPeople } from './errors.ts'
import type { PasswordHasher } from './password-hash.ts'
import { readPasswordHash } from './people-store.ts'
import type { PeopleSetting } from './setting.ts'

/** Wrong answers are limited as at sign-in. The function @throws `password.wrong`, `sign_in.busy`, `rate.limited` */
export function createPasswordQuestion(setting: PeopleSetting, hasher: PasswordHasher) {
  const attempts = createLimitedAttempts(() => setting.now().getTime())
  return async (account: { organisation: string; id: string }, password: string): Promise<void> => {
    const takeBack = attempts.begin([account.id])
    const hash = await setting.database.readTenant(account, (tx) => readPasswordHash(tx, account.id))
    if (!(await hasher.verify(password, hash))) throw failPeople('password.wrong')
    takeBack()
  }
}
