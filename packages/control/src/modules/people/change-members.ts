/** Changes of who is in the organisation and as what; each in the caller's transaction, under one lock. */
import { roleMay, strongestRole, type Person, type Role } from '@keyhold/contract'
import { failAccess, type Principal } from '../../platform/access.ts'
import { describeActor } from '../../platform/audit-port.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { describePerson } from './accounts.ts'
import { deleteInvitationsBy } from './invitation-store.ts'
import { failMember } from './member-errors.ts'
import { countOwners, deletePerson, listRoles, readRole, updateRole } from './member-store.ts'
import { listPeopleRows } from './people-store.ts'
import { endSessionsOf, forgetSessions } from './sessions.ts'
import type { PeopleSetting } from './setting.ts'
import { lockCaller, lockOther } from './standing.ts'

type Caller = Extract<Principal, { kind: 'person' }>

/** @throws `person.self`, `person.unknown`, `person.owners_only`, `access.denied` */
export async function changeRole(
  setting: PeopleSetting,
  tx: Transaction,
  caller: Caller,
  { person, role }: { readonly person: string; readonly role: Role },
): Promise<Person> {
  await lockOther(tx, caller, person, role)
  await giveRole(setting, tx, person, role)
  return readMember(setting, tx, person)
}

/**
 * Sessions and own tokens end with the account. Tokens of programs that the person made stay, since they are the
 * organisation's, unless `endMade` says from where somebody ends them too. Gives how many of those ended. @throws as
 * `changeRole`
 */
export async function removeMember(
  setting: PeopleSetting,
  tx: Transaction,
  caller: Caller,
  { person, endMade }: { readonly person: string; readonly endMade: { readonly source: string } | null },
): Promise<number> {
  await lockOther(tx, caller, person)
  if (endMade !== null && !roleMay(await lockCaller(tx, caller), 'token.manage')) throw failAccess('access.denied')
  const { organisation } = caller
  await endAccount(setting, tx, { organisation, person })
  if (endMade === null) return 0
  return setting.endMadeTokens(tx, { organisation, person, actor: describeActor(caller), ...endMade })
}

/** Of a lost laptop, say: the account and its own tokens stay. @throws as `changeRole` */
export async function endMemberSessions(
  setting: PeopleSetting,
  tx: Transaction,
  caller: Caller,
  person: string,
): Promise<void> {
  await lockOther(tx, caller, person)
  await setting.endSecondSteps(tx, person)
  await endSessionsOf(setting, tx, person, null)
}

/** @throws `person.last_owner`, `access.unauthenticated` */
export async function leaveOrganisation(setting: PeopleSetting, tx: Transaction, caller: Caller): Promise<void> {
  const own = await lockCaller(tx, caller)
  if (own === 'owner' && (await countOwners(tx)) < 2) throw failMember('person.last_owner')
  await endAccount(setting, tx, { organisation: caller.organisation, person: caller.id })
}

/** The other becomes an owner and the caller an admin. @throws `person.self`, `person.unknown`, `access.denied` */
export async function transferOwnership(
  setting: PeopleSetting,
  tx: Transaction,
  caller: Caller,
  person: string,
): Promise<Person> {
  const own = await lockCaller(tx, caller)
  if (own !== 'owner') throw failAccess('access.denied')
  if (person === caller.id) throw failMember('person.self')
  if ((await readRole(tx, person)) === undefined) throw failMember('person.unknown')
  await giveRole(setting, tx, person, 'owner')
  await giveRole(setting, tx, caller.id, 'admin')
  return readMember(setting, tx, person)
}

async function giveRole(setting: PeopleSetting, tx: Transaction, person: string, role: Role): Promise<void> {
  const ofGroups = await setting.readGroupRoles(tx, [person])
  await updateRole(tx, person, { role: strongestRole(role, ofGroups.get(person) ?? []), own: role })
  // What somebody offered under another role is not offered under this one.
  await deleteInvitationsBy(tx, person)
  await forgetSessions(setting, tx, person)
}

/** The account goes; who waits for an answer with a session or own token of it is cut off. */
export async function endAccount(
  setting: PeopleSetting,
  tx: Transaction,
  { organisation, person }: { readonly organisation: string; readonly person: string },
): Promise<void> {
  await deleteInvitationsBy(tx, person)
  await endSessionsOf(setting, tx, person, null)
  await setting.endTokensOf(tx, { organisation, person })
  await deletePerson(tx, person)
}

/** Gives people the roles that follow from their own and their groups'. Gives whose role is another one now, and which. */
export async function refreshRoles(
  setting: PeopleSetting,
  tx: Transaction,
  people: readonly string[],
): Promise<{ readonly person: string; readonly role: Role }[]> {
  const [rows, ofGroups] = [await listRoles(tx, people), await setting.readGroupRoles(tx, people)]
  const changed: { person: string; role: Role }[] = []
  for (const { id: person, role: before, own } of rows) {
    const role = strongestRole(own, ofGroups.get(person) ?? [])
    if (role === before) continue
    await updateRole(tx, person, { role, own })
    await deleteInvitationsBy(tx, person)
    await forgetSessions(setting, tx, person)
    changed.push({ person, role })
  }
  return changed
}

async function readMember(setting: PeopleSetting, tx: Transaction, person: string): Promise<Person> {
  const [stored] = await listPeopleRows(tx, person)
  if (stored === undefined) throw failMember('person.unknown')
  return describePerson(setting, stored)
}
