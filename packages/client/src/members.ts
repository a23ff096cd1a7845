/** Members: invited by a link, and changed both at the server and on the roster that the data plane believes. */
import type { CallOutput, Person, Role } from '@keyhold/contract'
import type { Caller } from './caller.ts'
import type { DeviceCode } from './device-code.ts'
import { ClientError } from './errors.ts'
import { formatInvitationLink } from './links.ts'
import { fetchRoster, listDevices, mayChange, signChange, type Change, type Device } from './roster.ts'
import type { Token } from './tokens.ts'

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

/**
 * Hands ownership over: the other becomes an owner, and so do that member's devices; then the caller's own step down to
 * an admin's, this one last. As `changeMemberRole` otherwise.
 */
export async function transferOwnership(caller: Caller, person: string, now: number): Promise<Device[]> {
  const { id } = await caller.api.call('readSelf', {})
  await caller.api.call('transferOwnership', { params: { person } })
  const left = await alignDevices(caller, person, 'owner', now)
  return [...left, ...(await alignDevices(caller, id, 'admin', now))]
}

/**
 * Ends the caller's own account. The devices go off the roster before, while the session can still say so: this one last,
 * and not where it would leave the data plane without any owner's device. Resolves with those that stay, for others to
 * revoke. Throws `roster.forged` and ApiError; `person.last_owner` before anything is signed.
 */
export async function leaveOrganisation(caller: Caller, now: number): Promise<Device[]> {
  const [{ id, role }, { people }] = await Promise.all([
    caller.api.call('readSelf', {}),
    caller.api.call('listPeople', {}),
  ])
  const mayLeave = role !== 'owner' || people.some((other) => other.role === 'owner' && other.id !== id)
  // The server refuses, and the devices stay as they are.
  const left = mayLeave ? await revokeOwn(caller, id, now) : []
  await caller.api.call('leaveOrganisation', {})
  return left
}

async function revokeOwn(caller: Caller, person: string, now: number): Promise<Device[]> {
  const devices = listDevices(await fetchRoster(caller))
  const own = devices.filter((device) => device.person === person)
  // Without another owner's device nobody could endorse anything any more.
  const others = devices.some((device) => device.person !== person && device.role === 'owner')
  if (!others && own.some(({ role }) => role === 'owner')) return own
  return alignDevices(caller, person, null, now)
}

/**
 * Removes a member, and the devices from the roster; with `endTokens` also the tokens of programs that the member made, which
 * stay otherwise. Resolves with the devices that this one may not revoke.
 */
export async function removeMember(
  caller: Caller,
  person: string,
  now: number,
  endTokens: boolean = false,
): Promise<Device[]> {
  await caller.api.call('removeMember', { params: { person }, query: { tokens: endTokens ? 'end' : 'keep' } })
  const left = await alignDevices(caller, person, null, now)
  if (endTokens) await revokeMadeTokens(caller, person, now)
  return left
}

/** Tokens of programs that a person made and that still work. */
export function listMadeTokens(tokens: readonly Token[], person: string, now: number): Token[] {
  return tokens.filter(({ kind, createdBy, revoked, expires }) => {
    return kind === 'svc' && createdBy === person && revoked === null && Date.parse(expires) > now
  })
}

/** The server has ended them; this takes their keys off the roster, so that the data plane believes them no more. */
async function revokeMadeTokens(caller: Caller, person: string, now: number): Promise<void> {
  const { tokens } = await caller.api.call('listTokens', {})
  const ended = new Set(tokens.filter((one) => one.createdBy === person && one.revoked !== null).map(({ id }) => id))
  await revokeTokenKeys(caller, (token) => ended.has(token.id), now)
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

/**
 * Until the roster names no device of the person with another role: each change continues the chain that the one before has
 * made longer, and a device that still had the older role may have endorsed a further one in between.
 */
async function alignDevices(caller: Caller, person: string, role: Role | null, now: number): Promise<Device[]> {
  const left: Device[] = []
  const seen = new Set<string>()
  const isOwn = ({ keyId }: Device): number => Number(keyId === caller.signer.keyId)
  if (role === null) await revokeOwnTokens(caller, person, now)
  for (;;) {
    const roster = await fetchRoster(caller)
    const [device] = listDevices(roster)
      .filter(({ keyId, person: whose, role: has }) => whose === person && has !== role && !seen.has(keyId))
      .toSorted((a, b) => isOwn(a) - isOwn(b))
    if (device === undefined) return left
    seen.add(device.keyId)
    const change = describeChange(device, person, role)
    if (!mayChange(roster, caller.signer.keyId, change)) left.push(device)
    else await caller.api.call('submitRoster', { body: { statement: await signChange(caller, roster, change, now) } })
  }
}

/** They end with the device that endorsed them; this takes their keys off the roster besides, where this device may. */
function revokeOwnTokens(caller: Caller, person: string, now: number): Promise<void> {
  return revokeTokenKeys(caller, (token) => token.person === person, now)
}

type TokenMember = Extract<Change, { kind: 'token' }>

async function revokeTokenKeys(caller: Caller, ends: (token: TokenMember) => boolean, now: number): Promise<void> {
  for (const member of (await fetchRoster(caller)).members.values()) {
    if (member.kind !== 'token' || !ends(member)) continue
    const roster = await fetchRoster(caller)
    const change = { kind: 'revoke', keyId: member.keyId } as const
    if (!mayChange(roster, caller.signer.keyId, change)) continue
    await caller.api.call('submitRoster', { body: { statement: await signChange(caller, roster, change, now) } })
  }
}

function describeChange({ keyId, publicKey, name }: Device, person: string, role: Role | null): Change {
  return role === null ? { kind: 'revoke', keyId } : { kind: 'device', keyId, publicKey, name, person, role }
}
