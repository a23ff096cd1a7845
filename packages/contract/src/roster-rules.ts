/** Who may sign which change of the roster: the same rules for the data plane, which decides, and clients, which check. */
import type { Role } from './permissions.ts'
import type { RosterChange } from './statements.ts'

type Change = RosterChange['change']
export type RosterMember = Exclude<Change, { kind: 'revoke' | 'expire' }>
type DeviceMember = Extract<RosterMember, { kind: 'owner' | 'device' }>

/** What a device's person may do by the roster. Statements from before there were roles are owners'. */
export function roleOfDevice({ role }: Pick<DeviceMember, 'role'>): Role {
  return role ?? 'owner'
}

/**
 * Whether the signer may make the change to the roster as it stands. Owners' devices: everything but changing what they
 * signed with. Admins' devices: the same, but nothing that makes, changes or revokes an owner's. Others: a further device
 * of the same person with the same role. Tokens: nothing.
 */
export function mayChangeRoster(
  signer: RosterMember,
  change: Change,
  members: ReadonlyMap<string, RosterMember>,
): boolean {
  if (signer.kind === 'token' || change.kind === 'owner') return false
  if (change.kind === 'device' && (change.person === undefined) !== (change.role === undefined)) return false
  const role = roleOfDevice(signer)
  const target = members.get(change.keyId)
  if (role !== 'owner' && role !== 'admin') return target === undefined && isOwnFurtherDevice(signer, change)
  if (change.kind === 'revoke' || change.kind === 'expire') return role === 'owner' || !isOwners(target)
  if (target !== undefined && !isNewRole(signer, change, target)) return false
  return role === 'owner' || !(isOwners(target) || (change.kind === 'device' && roleOfDevice(change) === 'owner'))
}

function isOwnFurtherDevice(signer: DeviceMember, change: Change): boolean {
  return change.kind === 'device' && change.person !== undefined && isSame(signer, change)
}

function isSame(one: DeviceMember, other: DeviceMember): boolean {
  return one.person === other.person && one.role === other.role
}

/** A key is endorsed once; said again of the very same device of the same person, it has another role from then on. */
function isNewRole(signer: DeviceMember, change: Change, target: RosterMember): boolean {
  if (change.kind !== 'device' || target.kind !== 'device' || change.keyId === signer.keyId) return false
  return change.person !== undefined && change.person === target.person && change.publicKey === target.publicKey
}

function isOwners(member: RosterMember | undefined): boolean {
  return member !== undefined && member.kind !== 'token' && roleOfDevice(member) === 'owner'
}
