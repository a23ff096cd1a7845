/** Members: invited by a link, and changed both at the server and on the roster that the data plane believes. */
import type { CallOutput, Person, Role } from '@keyhold/contract'
import type { Caller } from './caller.ts'
import type { DeviceCode } from './device-code.ts'
import { ClientError } from './errors.ts'
import { formatInvitationLink } from './links.ts'
import { fetchRoster, listDevices, mayChange, signChange, type Change, type Device } from './roster.ts'

type Invited = CallOutput<'inviteMember'>
type Place = { readonly url: string; readonly pin: string }

/** Invites, and gives the link, which pins this client's own anchor. To be shown once. Throws ApiError. */
export async function inviteMember(
  { api, anchor, organisation }: Caller,
  place: Place,
  who: { readonly email: string; readonly role: Role },
): Promise<{ readonly invitation: Invited['invitation']; readonly link: string }> {
  const { invitation, secret } = await api.call('inviteMember', { body: who })
  return { invitation, link: formatInvitationLink({ ...place, anchor, organisation, secret }) }
}

/**
 * Gives a member another role, and that member's devices on the roster too. Resolves with the devices that this one may
 * not change: there the older role stays beside the new one, and the weaker of both counts. Throws `roster.forged` and
 * ApiError.
 */
export async function changeMemberRole(caller: Caller, person: string, role: Role, now: number): Promise<Device[]> {
  const changed = await caller.api.call('changeRole', { params: { person }, body: { role } })
  // A group may give a stronger one: that is what the devices follow.
  return alignDevices(caller, person, changed.person.role, now)
}

/** Hands ownership over: the other becomes an owner, and so do that member's devices. As `changeMemberRole` otherwise. */
export async function transferOwnership(caller: Caller, person: string, now: number): Promise<Device[]> {
  await caller.api.call('transferOwnership', { params: { person } })
  return alignDevices(caller, person, 'owner', now)
}

/** Removes a member, and the devices from the roster. Resolves with those that this device may not revoke. */
export async function removeMember(caller: Caller, person: string, now: number): Promise<Device[]> {
  await caller.api.call('removeMember', { params: { person } })
  return alignDevices(caller, person, null, now)
}

/** A device whose place on the roster is another one than the server gives its person; `wanted` is null for none. */
export type PendingDevice = { readonly device: Device; readonly person: string; readonly wanted: Role | null }

/** What groups and provisioning changed at the server and nobody signed for the data plane yet. */
export function findPendingDevices(devices: readonly Device[], people: readonly Person[]): PendingDevice[] {
  const wantedOf = new Map(people.map(({ id, role, suspended }) => [id, suspended === null ? role : null]))
  return devices.flatMap((device) => {
    const { person, role } = device
    if (person === null) return []
    const wanted = wantedOf.get(person) ?? null
    return wanted === role ? [] : [{ device, person, wanted }]
  })
}

/** Signs what is pending, as far as this device may; resolves with what is left. Throws `roster.forged` and ApiError. */
export async function signPendingDevices(
  caller: Caller,
  pending: readonly PendingDevice[],
  now: number,
): Promise<Device[]> {
  const left: Device[] = []
  const byPerson = new Map(pending.map(({ person, wanted }) => [person, wanted]))
  for (const [person, wanted] of byPerson) left.push(...(await alignDevices(caller, person, wanted, now)))
  return left
}

/** The member whose device a code names, as the server lists it. Throws `device.person_unknown` and ApiError. */
export async function findDeviceOwner({ api }: Caller, { person }: DeviceCode): Promise<Person> {
  const { people } = await api.call('listPeople', {})
  const owner = people.find(({ id }) => id === person)
  if (owner !== undefined) return owner
  throw new ClientError(
    'device.person_unknown',
    'the person whose device this code names is no member of the organisation',
    'take the code from the device again; if it stays so, do not endorse it.',
  )
}

async function alignDevices(caller: Caller, person: string, role: Role | null, now: number): Promise<Device[]> {
  const left: Device[] = []
  for (const device of listDevices(await fetchRoster(caller))) {
    if (device.person !== person || device.role === role) continue
    // Each change continues the chain that the one before has made longer.
    const roster = await fetchRoster(caller)
    const change = describeChange(device, person, role)
    if (!mayChange(roster, caller.signer.keyId, change)) left.push(device)
    else await caller.api.call('submitRoster', { body: { statement: await signChange(caller, roster, change, now) } })
  }
  return left
}

function describeChange({ keyId, publicKey, name }: Device, person: string, role: Role | null): Change {
  return role === null ? { kind: 'revoke', keyId } : { kind: 'device', keyId, publicKey, name, person, role }
}
