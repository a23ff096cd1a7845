/** Accounts: making one, and finding the one that an address and a password belong to. */
import { randomUUIDv7 } from 'node:crypto'
import type { Person, Role } from '@keyhold/contract'
import { installationLog } from '../../platform/audit-port.ts'
import type { Found } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { insertPerson, readPasswordHash, type StoredPerson } from './people-store.ts'
import { isOutdated, type PasswordHasher } from './password-hash.ts'
import type { PeopleSetting } from './setting.ts'

/** Stands for an account that nobody has, so that an unknown address takes the same steps as a known one. */
export const nobody: Found = { organisation: installationLog, id: installationLog }

/** What an account is looked up by; the same for any spelling of the address in upper and lower case. */
export function lookUpEmail({ platformKey }: PeopleSetting, email: string): Buffer {
  return platformKey.lookup(`email ${normaliseEmail(email)}`)
}

export type NewAccount = {
  readonly organisation: string
  readonly email: string
  /** What the person wants to be called. */
  readonly name: string | undefined
  readonly passwordHash: string | null
  readonly role: Role
}

/** Adds an account in the caller's transaction and gives the person's id. */
export async function addAccount(setting: PeopleSetting, tx: Transaction, account: NewAccount): Promise<string> {
  const { organisation, email, name, passwordHash, role } = account
  const { platformKey } = setting
  const id = randomUUIDv7()
  await insertPerson(tx, {
    organisation,
    id,
    emailSealed: platformKey.seal('account', emailContext(organisation, id), normaliseEmail(email)),
    nameSealed: name === undefined ? null : platformKey.seal('account', nameContext(organisation, id), name),
    emailLookup: lookUpEmail(setting, email),
    passwordHash,
    role,
    created: setting.now().toISOString(),
  })
  return id
}

/** A member as the organisation's own people see it. @throws `platform_key.cannot_open` */
export function describePerson({ platformKey }: PeopleSetting, stored: StoredPerson): Person {
  const { organisation, id, nameSealed, role, created } = stored
  const open = (context: string, sealed: Buffer) => platformKey.open('account', context, sealed).toString()
  return {
    id,
    name: nameSealed === null ? null : open(nameContext(organisation, id), nameSealed),
    email: openEmail(platformKey, stored),
    role,
    created,
  }
}

/** @throws `platform_key.cannot_open` */
export function openEmail(
  platformKey: PeopleSetting['platformKey'],
  { organisation, id, emailSealed }: Pick<StoredPerson, 'organisation' | 'id' | 'emailSealed'>,
): string {
  return platformKey.open('account', emailContext(organisation, id), emailSealed).toString()
}

const emailContext = (organisation: string, id: string) => `people/${organisation}/${id}/email`
const nameContext = (organisation: string, id: string) => `people/${organisation}/${id}/name`

/** `hash` is the one that the right password was compared with; `outdated`: it costs less than today's. */
export type Recognised = {
  readonly account: Found | undefined
  readonly correct: boolean
  readonly hash?: string | undefined
  readonly outdated?: boolean
}

/**
 * The account of an address, and whether the password is its. Unknown address and wrong password take the same steps
 * and the same time. An address with accounts in several organisations gets the first one whose password fits.
 */
export async function recognise(
  setting: PeopleSetting,
  hasher: PasswordHasher,
  emailLookup: Buffer,
  password: string,
): Promise<Recognised> {
  const found = await setting.database.lookUp.people(emailLookup)
  for (const account of found.length === 0 ? [nobody] : found) {
    const hash = await setting.database.readTenant(account, (tx) => readPasswordHash(tx, account.id))
    if (await hasher.verify(password, hash)) {
      return { account, correct: true, hash, outdated: hash !== undefined && isOutdated(hash) }
    }
  }
  return { account: found[0], correct: false }
}

/** The one spelling of an address. */
export function normaliseEmail(email: string): string {
  return email.normalize('NFC').toLowerCase()
}
