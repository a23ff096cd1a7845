/**
 * People and their sessions. Owns the tables `people`, `sessions`, `password_resets`
 * and `sign_in_places`. Guarantees: passwords are argon2id hashes, e-mail
 * and network addresses are sealed under the platform key; an unknown address and a wrong password get the same answer
 * in the same time; a session ends by sign-out at once, after 12 hours without use and after 7 days in any case.
 * Slows guessing: after ten wrong attempts in five minutes for an account or a block of addresses each further one costs
 * a proof of work, and nobody is locked out. A reset by mail answers alike whether there is such an account.
 */
import type { Transaction } from '../../platform/database/transaction.ts'
import type { FindHolder } from '../tokens/index.ts'
import { addAccount } from './accounts.ts'
import { checkPassword } from './check-password.ts'
import { createPasswordHasher } from './password-hash.ts'
import { createPasswordHandlers, type PasswordHandlers } from './password-routes.ts'
import { createProofGate } from './proof-gate.ts'
import { createPeopleHandlers, type PeopleHandlers } from './routes.ts'
import { createSessionFinder, openSession, type Session } from './sessions.ts'
import type { PeopleSetting } from './setting.ts'
import { notePlace } from './sign-in-places.ts'

export type { Session } from './sessions.ts'
export type { PeopleSetting } from './setting.ts'

type NewOwner = {
  readonly organisation: string
  readonly email: string
  readonly password: string
  /** What the owner wants to be called. */
  readonly personName?: string | undefined
  /** Network address and User-Agent header of the owner's first session. */
  readonly address: string
  readonly agent?: string | undefined
}

type AddedOwner = { readonly person: string; readonly session: Session }

export type PeopleModule = {
  readonly handlers: PeopleHandlers & PasswordHandlers
  readonly findSession: FindHolder
  /**
   * Hashes the password and gives what adds the owner, with a first session, in a transaction.
   *
   * @throws `password.too_short`, `password.too_simple`, `sign_in.busy`
   */
  readonly prepareOwner: (owner: NewOwner) => Promise<(tx: Transaction) => Promise<AddedOwner>>
  /** Resolves when nothing is under way that was put off until after an answer. */
  readonly settle: () => Promise<void>
}

export function createPeople(setting: PeopleSetting): PeopleModule {
  const hasher = createPasswordHasher()
  const gate = createProofGate(() => setting.now().getTime())
  const { later, settle } = createLater(setting)
  return {
    handlers: {
      ...createPeopleHandlers(setting, hasher, gate),
      ...createPasswordHandlers({ setting, hasher, gate }, later),
    },
    settle,
    findSession: createSessionFinder(setting),
    async prepareOwner({ organisation, email, password, personName, address, agent }) {
      await checkPassword(password, email, false)
      const passwordHash = await hasher.hash(password)
      return async (tx) => {
        const person = await addAccount(setting, tx, {
          organisation,
          email,
          name: personName,
          passwordHash,
          role: 'owner',
        })
        await notePlace(setting, tx, { organisation, person, address, agent })
        return { person, session: await openSession(setting, tx, { organisation, person, address }) }
      }
    },
  }
}

/** Runs work after the answer that it must not delay; what fails is logged. */
function createLater({ log }: PeopleSetting) {
  const running = new Set<Promise<void>>()
  return {
    later: (name: string, work: () => Promise<void>): void => {
      const run = new Promise<void>((resolve) => setImmediate(resolve))
        .then(work)
        .catch((cause: unknown) => log.error(name, {}, cause))
        .finally(() => running.delete(run))
      running.add(run)
    },
    settle: async (): Promise<void> => {
      await Promise.all(running)
    },
  }
}
