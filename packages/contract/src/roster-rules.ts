/** Who may sign which change of the roster: the same rules for the data plane, which decides, and clients, which check. */
import type { Role } from './permissions.ts'
import type { RosterChange } from './statements.ts'

type Change = RosterChange['change']
export type RosterMember = Exclude<Change, { kind: 'revoke' | 'expire' }>
type DeviceMember = Extract<RosterMember, { kind: 'owner' | 'device' }>
type TokenMember = Extract<RosterMember, { kind: 'token' }>

/** What a device's person may do by the roster. Statements from before there were roles are owners'. */
export function roleOfDevice({ role }: Pick<DeviceMember, 'role'>): Role {
  return role ?? 'owner'
}

/**
 * Whether the signer may make the change to the roster as it stands. Owners' devices: everything, but of what they signed
 * with only a lower role, while another owner's device is there. Admins' devices: the same, but nothing that makes, changes or revokes an owner's. Others: of the same
 * person a further device with the same role, own tokens, and the end of either. Tokens: nothing.
 */
export function mayChangeRoster(
  signer: RosterMember,
  change: Change,
  members: ReadonlyMap<string, RosterMember>,
): boolean {
  if (signer.kind === 'token' || change.kind === 'owner') return false
  if (change.kind === 'device' && (change.person === undefined) !== (change.role === undefined)) return false
  if (change.kind === 'token' && !isOwnOrNobodys(signer, change)) return false
  const role = roleOfDevice(signer)
  const target = members.get(change.keyId)
  if (role !== 'owner' && role !== 'admin') return mayChangeOwn(signer, change, target)
  if (change.kind === 'revoke' || change.kind === 'expire') return role === 'owner' || !isOwners(target)
  if (target !== undefined && !isNewRole(change, target)) return false
  if (change.keyId === signer.keyId && !isStepDown(signer, change, members)) return false
  return role === 'owner' || !(isOwners(target) || (change.kind === 'device' && roleOfDevice(change) === 'owner'))
}

/** What a person's device may sign that has no say over others. */
function mayChangeOwn(signer: DeviceMember, change: Change, target: RosterMember | undefined): boolean {
  if (signer.person === undefined) return false
  if (change.kind === 'revoke' || change.kind === 'expire') return target?.person === signer.person
  if (target !== undefined) return false
  return change.kind === 'token' ? change.person === signer.person : isOwnFurtherDevice(signer, change)
}

/** The first device, and those from before devices named their person, are bound to nobody. */
function isOwnOrNobodys(signer: DeviceMember, { person }: TokenMember): boolean {
  return person === undefined || signer.person === undefined || signer.person === person
}

function isOwnFurtherDevice(signer: DeviceMember, change: Change): boolean {
  return change.kind === 'device' && change.person !== undefined && isSame(signer, change)
}

function isSame(one: DeviceMember, other: DeviceMember): boolean {
  return one.person === other.person && one.role === other.role
}

/** A key is endorsed once; said again of the very same device of the same person, it has another role from then on. */
function isNewRole(change: Change, target: RosterMember): boolean {
  if (change.kind !== 'device' || target.kind !== 'device') return false
  return change.person !== undefined && change.person === target.person && change.publicKey === target.publicKey
}

/** Who hands ownership over lowers the own device too; never the last one of an owner. */
function isStepDown(signer: DeviceMember, change: Change, members: ReadonlyMap<string, RosterMember>): boolean {
  if (change.kind !== 'device' || roleOfDevice(change) === 'owner' || roleOfDevice(signer) !== 'owner') return false
  return [...members.values()].some((other) => other.keyId !== signer.keyId && isOwners(other))
}

function isOwners(member: RosterMember | undefined): boolean {
  return member !== undefined && member.kind !== 'token' && roleOfDevice(member) === 'owner'
}
