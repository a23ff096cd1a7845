/**
 * Accounts as an identity provider keeps them: made without a password, changed, suspended, restored and removed. Each in
 * the caller's transaction, under the lock of the organisation's members (`lock`).
 */
import type { Role } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { addAccount, describePerson, lookUpEmail, sealEmail, sealName } from './accounts.ts'
import { endAccount } from './change-members.ts'
import { deleteInvitationsBy, deleteInvitationsOf } from './invitation-store.ts'
import { failMember } from './member-errors.ts'
import { countOwners, hasAddress, lockMembers } from './member-store.ts'
import { listPeopleRows, type StoredPerson } from './people-store.ts'
import { hasExternalId, listProvisionedRows, updateIdentity, updateSuspended } from './provisioned-store.ts'
import { deleteResetsOf } from './reset-store.ts'
import { endSessionsOf } from './sessions.ts'
import type { PeopleSetting } from './setting.ts'

export type ProvisionedAccount = {
  readonly organisation: string
  readonly id: string
  readonly email: string
  readonly name: string | null
  /** The identity provider's id of the person. */
  readonly externalId: string | null
  readonly active: boolean
  readonly role: Role
  readonly ownRole: Role
  readonly suspended: string | null
  /** The provisioning token that made it. */
  readonly provisionedBy: string | null
  readonly hasPassword: boolean
  readonly created: string
}

export type AccountTerms = Pick<ProvisionedAccount, 'email' | 'name' | 'externalId'>

export type ProvisionedDoors = ReturnType<typeof createProvisionedDoors>

export function createProvisionedDoors(setting: PeopleSetting) {
  const describe = (stored: StoredPerson) => describeAccount(setting, stored)
  return {
    lock: lockMembers,
    list: async (tx: Transaction): Promise<ProvisionedAccount[]> => (await listPeopleRows(tx, null)).map(describe),
    listProvisioned: listProvisionedRows,
    find: (tx: Transaction, id: string) => findAccount(setting, tx, id),
    add: (tx: Transaction, organisation: string, by: string, terms: AccountTerms) =>
      addProvisioned(setting, tx, { organisation, by }, terms),
    change: (tx: Transaction, account: ProvisionedAccount, terms: AccountTerms) =>
      changeProvisioned(setting, tx, account, terms),
    suspend: (tx: Transaction, account: ProvisionedAccount) => suspendAccount(setting, tx, account),
    restore: (tx: Transaction, account: ProvisionedAccount) => restoreAccount(setting, tx, account),
    async remove(tx: Transaction, account: ProvisionedAccount): Promise<void> {
      await requireOtherOwner(tx, account)
      await endAccount(setting, tx, { organisation: account.organisation, person: account.id })
    },
  }
}

/** A viewer without a password; whom the address was invited as before is not asked. @throws `person.exists`, `person.external_id_taken` */
async function addProvisioned(
  setting: PeopleSetting,
  tx: Transaction,
  { organisation, by }: { readonly organisation: string; readonly by: string },
  { email, name, externalId }: AccountTerms,
): Promise<string> {
  const emailLookup = lookUpEmail(setting, email)
  if (await hasAddress(tx, emailLookup)) throw failMember('person.exists')
  await deleteInvitationsOf(tx, emailLookup)
  const terms = { organisation, email, name: name ?? undefined, passwordHash: null, role: 'viewer' } as const
  const id = await addAccount(setting, tx, { ...terms, provisionedBy: by })
  if (externalId !== null) await writeIdentity(setting, tx, { organisation, id }, { email, name, externalId })
  return id
}

/**
 * Whose account it is stays what it was where a password or a leader's role hangs on it: else whoever holds the
 * provisioning token could have a reset mailed to an address of their own, or sign in as an owner.
 *
 * @throws `person.identity_kept`, `person.exists`, `person.external_id_taken`
 */
async function changeProvisioned(
  setting: PeopleSetting,
  tx: Transaction,
  account: ProvisionedAccount,
  terms: AccountTerms,
): Promise<void> {
  const { email, externalId } = terms
  const before = lookUpEmail(setting, account.email)
  const after = lookUpEmail(setting, email)
  const moves = !before.equals(after)
  const isMade = account.provisionedBy !== null && !account.hasPassword
  const leads = account.ownRole === 'owner' || account.ownRole === 'admin'
  if (moves && (!isMade || leads)) throw failMember('person.identity_kept')
  if (externalId !== account.externalId && leads) throw failMember('person.identity_kept')
  if (moves && (await hasAddress(tx, after))) throw failMember('person.exists')
  await writeIdentity(setting, tx, account, terms)
}

async function writeIdentity(
  setting: PeopleSetting,
  tx: Transaction,
  { organisation, id }: { readonly organisation: string; readonly id: string },
  { email, name, externalId }: AccountTerms,
): Promise<void> {
  const { platformKey } = setting
  const whose = { organisation, id }
  const externalIdLookup = externalId === null ? null : lookUpExternalId(platformKey, externalId)
  if (externalIdLookup !== null && (await hasExternalId(tx, id, externalIdLookup)))
    throw failMember('person.external_id_taken')
  await updateIdentity(tx, id, {
    emailSealed: sealEmail(platformKey, whose, email),
    emailLookup: lookUpEmail(setting, email),
    nameSealed: name === null ? null : sealName(platformKey, whose, name),
    externalIdSealed:
      externalId === null ? null : platformKey.seal('account', externalIdContext(organisation, id), externalId),
    externalIdLookup,
  })
}

/** Sessions, own tokens, open links and invitations made end with it. One who is suspended is no error. @throws `person.only_owner` */
async function suspendAccount(setting: PeopleSetting, tx: Transaction, account: ProvisionedAccount): Promise<void> {
  if (!account.active) return
  await requireOtherOwner(tx, account)
  const { organisation, id: person } = account
  await updateSuspended(tx, person, setting.now().toISOString())
  await deleteInvitationsBy(tx, person)
  await deleteResetsOf(tx, person)
  await setting.endSecondSteps(tx, person)
  await endSessionsOf(setting, tx, person, null)
  await setting.endTokensOf(tx, { organisation, person })
}

/** The membership as it was; no session and no token of before works again. */
async function restoreAccount(setting: PeopleSetting, tx: Transaction, account: ProvisionedAccount): Promise<void> {
  if (account.active) return
  // One that was being opened while the person was suspended.
  await endSessionsOf(setting, tx, account.id, null)
  await updateSuspended(tx, account.id, null)
}

async function requireOtherOwner(tx: Transaction, { role, active }: ProvisionedAccount): Promise<void> {
  if (role === 'owner' && active && (await countOwners(tx)) < 2) throw failMember('person.only_owner')
}

async function findAccount(
  setting: PeopleSetting,
  tx: Transaction,
  id: string,
): Promise<ProvisionedAccount | undefined> {
  const [stored] = await listPeopleRows(tx, id)
  return stored && describeAccount(setting, stored)
}

/** @throws `platform_key.cannot_open` */
function describeAccount(setting: PeopleSetting, stored: StoredPerson): ProvisionedAccount {
  const { id, name, email, role, ownRole, suspended, created } = describePerson(setting, stored)
  const { organisation, provisionedBy, hasPassword } = stored
  const person = { organisation, id, name, email, role, ownRole, suspended, active: suspended === null, created }
  return { ...person, externalId: openExternalId(setting.platformKey, stored), provisionedBy, hasPassword }
}

/** By what the provider's id of a person is found within an organisation. */
export function lookUpExternalId(platformKey: PeopleSetting['platformKey'], externalId: string): Buffer {
  return platformKey.lookup(`external id ${externalId}`)
}

/** @throws `platform_key.cannot_open` */
export function openExternalId(
  platformKey: PeopleSetting['platformKey'],
  { organisation, id, externalIdSealed }: Pick<StoredPerson, 'organisation' | 'id' | 'externalIdSealed'>,
): string | null {
  if (externalIdSealed === null) return null
  return platformKey.open('account', externalIdContext(organisation, id), externalIdSealed).toString()
}

const externalIdContext = (organisation: string, id: string) => `people/${organisation}/${id}/external_id`
