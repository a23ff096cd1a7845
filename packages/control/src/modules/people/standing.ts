/** Who may change whom: checked under the lock of the organisation's members, by what is true then. */
import { roleMay, type Role } from '@keyhold/contract'
import { failAccess, type Principal } from '../../platform/access.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failMember } from './member-errors.ts'
import { lockMembers, readActiveRole, readRole } from './member-store.ts'

type Person = Extract<Principal, { kind: 'person' }>

/** The caller as a person. @throws `access.denied` */
export function requirePerson(principal: Principal): Person {
  if (principal.kind !== 'person') throw failAccess('access.denied')
  return principal
}

/**
 * Locks the members, and gives the role of the caller as it is now: it may have changed since the call was admitted.
 *
 * @throws `access.unauthenticated` when the caller was removed meanwhile
 */
export async function lockCaller(tx: Transaction, caller: Person): Promise<Role> {
  await lockMembers(tx, caller.organisation)
  const role = await readActiveRole(tx, caller.id)
  if (role === undefined) throw failAccess('access.unauthenticated')
  return role
}

/**
 * Locks the members for a caller who may manage them by what is true then.
 *
 * @throws `access.denied`, `access.unauthenticated`
 */
export async function lockLeader(tx: Transaction, caller: Person): Promise<void> {
  if (!roleMay(await lockCaller(tx, caller), 'people.manage')) throw failAccess('access.denied')
}

/**
 * Locks the members, and gives the other's role if the caller may change it. `wanted` is the role to be given, if any.
 *
 * @throws `person.self`, `person.unknown`, `person.owners_only`, `access.denied`, `access.unauthenticated`
 */
export async function lockOther(tx: Transaction, caller: Person, other: string, wanted?: Role): Promise<Role> {
  const own = await lockCaller(tx, caller)
  if (!roleMay(own, 'people.manage')) throw failAccess('access.denied')
  if (other === caller.id) throw failMember('person.self')
  const role = await readRole(tx, other)
  if (role === undefined) throw failMember('person.unknown')
  requireOwnerFor(own, role, wanted)
  return role
}

/** @throws `person.owners_only` */
export function requireOwnerFor(own: Role, ...concerned: readonly (Role | undefined)[]): void {
  if (own !== 'owner' && concerned.includes('owner')) throw failMember('person.owners_only')
}
