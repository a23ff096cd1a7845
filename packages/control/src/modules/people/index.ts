/**
/**
 * People, their sessions and invitations. Owns the tables `people`, `sessions`, `security_policies`, `invitations`,
 * `password_resets` and `sign_in_places`. Guarantees: passwords are argon2id hashes, e-mail and network addresses are sealed
 * under the platform key; an unknown address and a wrong password get the same answer in the same time; a session ends by
 * sign-out at once, and by the organisation's limits (12 hours without use, 7 days in any case, unless it says otherwise),
 * which hold for open ones too. An invitation is accepted once, by whoever has its secret and names its address; an
 * organisation always has an owner. Slows guessing: after ten wrong attempts in five minutes for an account or a block of
 * addresses each further sign-in costs a proof of work, and nobody is locked out; other calls that take a secret are
 * refused then. A reset by mail answers alike whether there is such an account.
 */
import type { Person, Role, SecurityPolicy } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { FindHolder } from '../tokens/index.ts'
import { addAccount, describePerson } from './accounts.ts'
import { createLimitedAttempts, type LimitedAttempts } from './attempts.ts'
import { refreshRoles } from './change-members.ts'
import { isBreakGlass } from './break-glass.ts'
import { checkPassword } from './check-password.ts'
import { enter } from './enter.ts'
import { eraseAccount, readAccount } from './erase-account.ts'
import { dropEndedSessions, readOwnAccount, type OwnAccount } from './list-own.ts'
import { createMemberHandlers, type MemberHandlers } from './member-routes.ts'
import { createProviderDoors, type ProviderDoors } from './provider-doors.ts'
import { createPasswordHasher, type PasswordHasher } from './password-hash.ts'
import { createPasswordHandlers, type PasswordHandlers } from './password-routes.ts'
import { hasShortPassword, listPeopleRows, lockPerson, readPasswordHash } from './people-store.ts'
import { hasFactor, readPolicy } from './policy.ts'
import { createProvisionedDoors, type ProvisionedDoors } from './provisioned-accounts.ts'
import { createProofGate } from './proof-gate.ts'
import { readContacts } from './read-contacts.ts'
import { createPeopleHandlers, type PeopleHandlers } from './routes.ts'
import {
  createSessionFinder,
  holdSession,
  endSession,
  forgetSessions,
  renewSession,
  type Session,
  type SessionPlace,
} from './sessions.ts'
import type { PeopleSetting } from './setting.ts'
import { lockCaller, lockLeader } from './standing.ts'

export { addressBlock } from './attempts.ts'
export { describeAgent } from './describe-agent.ts'
export { cutSession, type Session } from './sessions.ts'
export type { FactorAccount, PeopleSetting } from './setting.ts'
export type { ProvisionedDoors, ProvisionedAccount } from './provisioned-accounts.ts'
export { requirePerson } from './standing.ts'

type NewOwner = {
  readonly organisation: string
  readonly email: string
  readonly password: string
  /** What the owner wants to be called. */
  readonly personName?: string | undefined
  /** Network address of the owner's first session. */
  readonly address: string
  /** Program and system of it. */
  readonly program: string
}

/** What other ways of proving who one is need of people. */
export type PeopleDoors = {
  /** Wrong factors are limited, wrong passwords of a step-up too. */
  readonly attempts: LimitedAttempts
  readonly openSession: (tx: Transaction, place: SessionPlace) => Promise<Session>
  /** A fresh proof was given: the session has a new secret. @throws `session.expired` */
  readonly renewSession: (tx: Transaction, session: string) => Promise<Session>
  /** After a change of factors: what is known of the person's sessions is read anew. */
  readonly forgetSessions: (tx: Transaction, person: string) => Promise<void>
  /** @throws `sign_in.busy` */
  readonly verifyPassword: (organisation: string, person: string, password: string) => Promise<boolean>
  readonly readPerson: (tx: Transaction, person: string) => Promise<Person | undefined>
  readonly readPolicy: (tx: Transaction) => Promise<SecurityPolicy>
  readonly hasFactor: (tx: Transaction, person: string) => Promise<boolean>
  /** Whether the person has a password that must not be the only factor. */
  readonly hasShortPassword: (tx: Transaction, person: string) => Promise<boolean>
  readonly lockPerson: (tx: Transaction, person: string) => Promise<void>
  /** Whether the person is named to keep a password where single sign-on is the only way. */
  readonly isBreakGlass: (tx: Transaction, person: string) => Promise<boolean>
  readonly provider: ProviderDoors
}

type AddedOwner = { readonly person: string; readonly session: Session }

export type PeopleModule = {
  readonly handlers: PeopleHandlers & MemberHandlers & PasswordHandlers
  readonly findSession: FindHolder
  /** Ends a session in the caller's transaction; one that has ended already is no error. */
  readonly endSession: (tx: Transaction, session: string) => Promise<void>
  /** E-mail addresses of the owners and of the person named. */
  readonly readContacts: (organisation: string, person: string | null) => Promise<string[]>
  readonly doors: PeopleDoors
  /**
   * Hashes the password and gives what adds the owner, with a first session, in a transaction.
   *
   * @throws `password.too_short`, `password.too_simple`, `sign_in.busy`
   */
  readonly prepareOwner: (owner: NewOwner) => Promise<(tx: Transaction) => Promise<AddedOwner>>
  readonly own: OwnData
  readonly provisioned: ProvisionedDoors
  /**
   * Locks the members for a caller who may manage them by what is true then.
   *
   * @throws `access.denied`, `access.unauthenticated`
   */
  readonly lockLeader: typeof lockLeader
  /** Gives people the roles that follow from their own and their groups'; gives whose is another one now. */
  readonly refreshRoles: (
    tx: Transaction,
    people: readonly string[],
  ) => Promise<readonly { readonly person: string; readonly role: Role }[]>
  /** Resolves when nothing is under way that was put off until after an answer. */
  readonly settle: () => Promise<void>
}

/** What is kept about someone, and the end of it. */
export type OwnData = {
  readonly read: (tx: Transaction, person: string) => Promise<OwnAccount>
  readonly find: typeof readAccount
  /** Ends account and sessions in the caller's transaction. @throws `person.last_owner` */
  readonly erase: (tx: Transaction, account: { organisation: string; person: string }) => Promise<void>
  /** Locks the members; the role of the caller as it is now. @throws `access.unauthenticated` */
  readonly lockCaller: typeof lockCaller
  /** Deletes sessions that have run out. */
  readonly dropEnded: (organisation: string) => Promise<number>
  /** Locks the members, and the caller's session until the transaction ends. @throws `session.ended` */
  readonly holdSession: typeof holdSession
}

export function createPeople(setting: PeopleSetting): PeopleModule {
  const hasher = createPasswordHasher()
  const { database, now } = setting
  const clock = () => now().getTime()
  const gate = createProofGate(clock)
  const { later, settle } = createLater(setting)
  return {
    handlers: {
      ...createPeopleHandlers(setting, hasher, gate),
      ...createMemberHandlers(setting, hasher),
      ...createPasswordHandlers({ setting, hasher, gate }, later),
    },
    settle,
    provisioned: createProvisionedDoors(setting),
    lockLeader,
    refreshRoles: (tx, ids) => refreshRoles(setting, tx, ids),
    findSession: createSessionFinder(setting),
    doors: createDoors(setting, hasher, createLimitedAttempts(clock)),
    endSession: (tx, session) => endSession(setting, tx, session),
    readContacts: (organisation, person) => readContacts(setting, organisation, person),
    own: {
      read: (tx, person) => readOwnAccount(setting, tx, person),
      find: readAccount,
      erase: (tx, account) => eraseAccount(setting, tx, account),
      lockCaller,
      dropEnded: (organisation) =>
        database.withTenant({ organisation }, (tx) => dropEndedSessions(tx, now().toISOString())),
      holdSession,
    },
    async prepareOwner({ organisation, email, password, personName, address, program }) {
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
        return { person, session: await enter(setting, tx, { organisation, person, address, program }) }
      }
    },
  }
}

function createDoors(setting: PeopleSetting, hasher: PasswordHasher, attempts: LimitedAttempts): PeopleDoors {
  return {
    attempts,
    openSession: (tx, place) => enter(setting, tx, place),
    renewSession: (tx, session) => renewSession(setting, tx, session),
    forgetSessions: (tx, person) => forgetSessions(setting, tx, person),
    async verifyPassword(organisation, person, password) {
      const hash = await setting.database.readTenant({ organisation }, (tx) => readPasswordHash(tx, person))
      return hasher.verify(password, hash)
    },
    async readPerson(tx, person) {
      const [stored] = await listPeopleRows(tx, person)
      return stored && describePerson(setting, stored)
    },
    readPolicy,
    hasFactor,
    hasShortPassword,
    lockPerson,
    isBreakGlass,
    provider: createProviderDoors(setting),
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
