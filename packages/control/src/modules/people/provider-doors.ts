/** What single sign-on needs of people: accounts without a password, and invitations that are accepted so. */
import { timingSafeEqual } from 'node:crypto'
import type { Role } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { hashSecret, readSecretKind } from '../tokens/index.ts'
import { addAccount, lookUpEmail } from './accounts.ts'
import { deleteInvitation, readInvitationOf, readInvitationRow } from './invitation-store.ts'
import { hasAddress, lockMembers, readRole } from './member-store.ts'
import { failMember } from './member-errors.ts'
import {
  findAddressRow,
  findProvisionedRow,
  hasPasswordRow,
  readPasswordHash,
  type FoundAddress,
} from './people-store.ts'
import { lookUpExternalId } from './provisioned-accounts.ts'
import { deleteSessionsBut, deleteSessionsBy, type EndedAtProvider } from './session-store.ts'
import { endSessionsOf } from './sessions.ts'
import type { PeopleSetting } from './setting.ts'

type Address = { readonly organisation: string; readonly email: string }
type NewComer = Address & { readonly name: string | undefined }

export type ProviderDoors = {
  /** Holds the organisation's members as they are until the transaction ends. */
  readonly lockMembers: (tx: Transaction, organisation: string) => Promise<void>
  readonly readRole: (tx: Transaction, person: string) => Promise<Role | undefined>
  /** Whether the person has a password that counts. */
  readonly keepsPassword: (tx: Transaction, person: string) => Promise<boolean>
  /** Whether the person has a password, whether it counts or not. */
  readonly hasPassword: (tx: Transaction, person: string) => Promise<boolean>
  /** The account of an address, whether it has a password at all, and whether it is suspended. */
  readonly findAddress: (tx: Transaction, email: string) => Promise<FoundAddress | undefined>
  /** The account that was provisioned under this id of the provider's, without a password. */
  readonly findProvisioned: (tx: Transaction, externalId: string) => Promise<string | undefined>
  /** An invitation that is open, by its secret; its id. */
  readonly findInvitation: (organisation: string, secret: string) => Promise<string | undefined>
  /** The role that an open invitation of this address offers. */
  readonly readInvitedRole: (tx: Transaction, email: string) => Promise<Role | undefined>
  /**
   * Adds an account without a password for who holds an invitation; the address is the invited one.
   *
   * @throws `invitation.refused`, `invitation.expired`, `person.exists`
   */
  readonly acceptInvitation: (tx: Transaction, invitation: string, comer: NewComer) => Promise<string>
  /** Adds an account without a password; an invitation of the address ends. @throws `person.exists` */
  readonly join: (tx: Transaction, comer: NewComer & { readonly role: Role }) => Promise<string>
  /** Ends all of a person's sessions. */
  readonly endSessionsOf: (tx: Transaction, person: string) => Promise<void>
  /** Ends the sessions that came through what has ended at the provider; gives how many. */
  readonly endSessionsBy: (tx: Transaction, ended: EndedAtProvider) => Promise<number>
  /** Ends the sessions of everyone in the organisation, except one. */
  readonly endAllSessionsBut: (tx: Transaction, session: string) => Promise<void>
}

export function createProviderDoors(setting: PeopleSetting): ProviderDoors {
  const lookUp = (email: string) => lookUpEmail(setting, email)
  const isOpen = (found: { expires: string } | undefined) =>
    found !== undefined && found.expires > setting.now().toISOString()
  return {
    lockMembers,
    readRole,
    keepsPassword: async (tx, person) => (await readPasswordHash(tx, person)) !== undefined,
    hasPassword: hasPasswordRow,
    findAddress: (tx, email) => findAddressRow(tx, lookUp(email)),
    findProvisioned: (tx, externalId) => findProvisionedRow(tx, lookUpExternalId(setting.platformKey, externalId)),
    async findInvitation(organisation, secret) {
      if (readSecretKind(secret) !== 'inv') return undefined
      const known = await setting.authoriser.find('invitation', hashSecret(secret))
      if (known?.organisation !== organisation) return undefined
      const found = await setting.database.readTenant(known, (tx) => readInvitationRow(tx, known.id))
      return isOpen(found) ? found?.id : undefined
    },
    async readInvitedRole(tx, email) {
      const found = await readInvitationOf(tx, lookUp(email))
      return isOpen(found) ? found?.role : undefined
    },
    async acceptInvitation(tx, id, comer) {
      await lockMembers(tx, comer.organisation)
      const found = await readInvitationRow(tx, id)
      if (found === undefined) throw failMember('invitation.refused')
      if (!isOpen(found)) throw failMember('invitation.expired')
      if (!timingSafeEqual(found.emailLookup, lookUp(comer.email))) throw failMember('invitation.refused')
      if (!(await deleteInvitation(tx, id))) throw failMember('invitation.refused')
      return addComer(setting, tx, { ...comer, role: found.role })
    },
    async join(tx, comer) {
      await lockMembers(tx, comer.organisation)
      const invited = await readInvitationOf(tx, lookUp(comer.email))
      if (invited !== undefined) await deleteInvitation(tx, invited.id)
      return addComer(setting, tx, comer)
    },
    endSessionsOf: (tx, person) => endSessionsOf(setting, tx, person, null),
    async endSessionsBy(tx, atProvider) {
      const ended = await deleteSessionsBy(tx, atProvider)
      tx.onCommit(() => ended.forEach((id) => setting.onSessionEnded(id, 'ended')))
      return ended.length
    },
    async endAllSessionsBut(tx, session) {
      const ended = await deleteSessionsBut(tx, session)
      tx.onCommit(() => ended.forEach((id) => setting.onSessionEnded(id, 'ended')))
    },
  }
}

/** @throws `person.exists` */
async function addComer(
  setting: PeopleSetting,
  tx: Transaction,
  comer: NewComer & { readonly role: Role },
): Promise<string> {
  if (await hasAddress(tx, lookUpEmail(setting, comer.email))) throw failMember('person.exists')
  return addAccount(setting, tx, { ...comer, passwordHash: null })
}
