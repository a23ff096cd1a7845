/**
 * People, their sessions and invitations. Owns the tables `people`, `sessions` and `invitations`. Guarantees: passwords are argon2id hashes, e-mail
 * and network addresses are sealed under the platform key; an unknown address and a wrong password get the same answer
 * in the same time; a session ends by sign-out at once, after 12 hours without use and after 7 days in any case.
 * An invitation is accepted once, by whoever has its secret and names its address; an organisation always has an owner.
 * Refuses guessing: ten wrong attempts in five minutes for an account or a block of addresses.
 */
import type { Transaction } from '../../platform/database/transaction.ts'
import type { FindHolder } from '../tokens/index.ts'
import { addAccount } from './accounts.ts'
import { checkPassword } from './check-password.ts'
import { createPasswordHasher } from './password-hash.ts'
import { createMemberHandlers, type MemberHandlers } from './member-routes.ts'
import { createPeopleHandlers, type PeopleHandlers } from './routes.ts'
import { createSessionFinder, openSession, type Session } from './sessions.ts'
import type { PeopleSetting } from './setting.ts'

export type { Session } from './sessions.ts'
export type { PeopleSetting } from './setting.ts'

type NewOwner = {
  readonly organisation: string
  readonly email: string
  readonly password: string
  /** What the owner wants to be called. */
  readonly personName?: string | undefined
  /** Network address of the owner's first session. */
  readonly address: string
}

type AddedOwner = { readonly person: string; readonly session: Session }

export type PeopleModule = {
  readonly handlers: PeopleHandlers & MemberHandlers
  readonly findSession: FindHolder
  /**
   * Hashes the password and gives what adds the owner, with a first session, in a transaction.
   *
   * @throws `password.too_simple`, `sign_in.busy`
   */
  readonly prepareOwner: (owner: NewOwner) => Promise<(tx: Transaction) => Promise<AddedOwner>>
}

export function createPeople(setting: PeopleSetting): PeopleModule {
  const hasher = createPasswordHasher()
  return {
    handlers: { ...createPeopleHandlers(setting, hasher), ...createMemberHandlers(setting, hasher) },
    findSession: createSessionFinder(setting),
    async prepareOwner({ organisation, email, password, personName, address }) {
      checkPassword(password, email)
      const passwordHash = await hasher.hash(password)
      return async (tx) => {
        const person = await addAccount(setting, tx, {
          organisation,
          email,
          name: personName,
          passwordHash,
          role: 'owner',
        })
        return { person, session: await openSession(setting, tx, { organisation, person, address }) }
      }
    },
  }
}
