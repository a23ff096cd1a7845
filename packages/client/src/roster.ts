/** The roster as this client checks it: a chain from the pinned anchor, continued by devices that the chain names. */
import {
  mayChangeRoster,
  roleOfDevice,
  type Role,
  type RosterChange,
  type RosterMember as Member,
  type Signed,
} from '@keyhold/contract'
import { decodeBase64url, digestBytes, digestStatement, signStatement, verifyStatement } from '@keyhold/sealed'
import type { Caller } from './caller.ts'
import { ClientError } from './errors.ts'

export type Change = RosterChange['change']

export type Roster = {
  readonly length: number
  /** Digest of the last statement; null for an empty chain. */
  readonly head: string | null
  /** By key id, without the revoked. */
  readonly members: ReadonlyMap<string, Member>
}

/** Fetches and verifies the whole chain. Throws `roster.forged`. */
export async function fetchRoster(caller: Caller): Promise<Roster> {
  const { statements, anchorPublicKey } = await caller.api.call('readRoster', {})
  return verifyRoster(statements, anchorPublicKey, caller.anchor, caller.organisation)
}

/** Throws `roster.forged` unless every statement continues the one before and is signed by who may. */
export async function verifyRoster(
  statements: readonly Signed[],
  anchorPublicKey: string,
  anchor: string,
  organisation: string,
): Promise<Roster> {
  const anchorKey = decodeBase64url(anchorPublicKey)
  if (anchorKey === undefined || (await digestBytes(anchorKey)) !== anchor) throw forged()
  const members = new Map<string, Member>()
  let head: string | null = null
  for (const [index, signed] of statements.entries()) {
    const signer = index === 0 ? anchorKey : deviceKey(members, signed.keyId)
    const body = (await verifyStatement(signer, 'roster', signed).catch(() => undefined)) as RosterChange | undefined
    if (body?.number !== index + 1 || body.previous !== head || body.organisation !== organisation) throw forged()
    if (index > 0 && !mayChange({ members }, signed.keyId, body.change)) throw forged()
    applyChange(members, body.change)
    head = await digestStatement(signed)
  }
  return { length: statements.length, head, members }
}

/** Whether the data plane would take this change from the device with this key. */
export function mayChange({ members }: Pick<Roster, 'members'>, signer: string, change: Change): boolean {
  const member = members.get(signer)
  return member !== undefined && mayChangeRoster(member, change, members)
}

/** A device of a person, as the roster names it. */
export type Device = {
  readonly keyId: string
  readonly publicKey: string
  readonly name: string
  readonly kind: 'owner' | 'device'
  /** Null for the first device and those from before devices named their person: an owner's. */
  readonly person: string | null
  readonly role: Role
}

/** The devices among the members; the others are tokens. */
export function listDevices({ members }: Roster): Device[] {
  return [...members.values()].flatMap((member) => {
    if (member.kind === 'token') return []
    const { keyId, publicKey, name, kind, person = null } = member
    return [{ keyId, publicKey, name, kind, person, role: roleOfDevice(member) }]
  })
}

/**
 * Before anything long is begun that the data plane would refuse at its end for an unknown key. Throws
 * `device.not_endorsed`, `roster.forged` and ApiError.
 */
export async function assertEndorsed(caller: Caller): Promise<void> {
  const { members } = await fetchRoster(caller)
  if (members.has(caller.signer.keyId)) return
  throw new ClientError(
    'device.not_endorsed',
    'your data plane does not know this device’s key, so it would refuse what the device sends',
    'let a device that it knows endorse this one: the page Tokens, or "keyhold devices list", shows this device’s code and what to do with it.',
  )
}

/** The next statement of the chain, signed by this device. */
export async function signChange(caller: Caller, roster: Roster, change: Change, now: number): Promise<Signed> {
  return signStatement(caller.signer, 'roster', {
    organisation: caller.organisation,
    number: roster.length + 1,
    previous: roster.head,
    change,
    created: new Date(now).toISOString(),
  } satisfies RosterChange)
}

function deviceKey(members: ReadonlyMap<string, Member>, keyId: string): Uint8Array {
  const member = members.get(keyId)
  const publicKey = member === undefined || member.kind === 'token' ? undefined : decodeBase64url(member.publicKey)
  if (publicKey === undefined) throw forged()
  return publicKey
}

function applyChange(members: Map<string, Member>, change: Change): void {
  if (change.kind === 'revoke') members.delete(change.keyId)
  else if (change.kind === 'expire') shorten(members, change)
  else members.set(change.keyId, change)
}

function shorten(members: Map<string, Member>, { keyId, expires }: { keyId: string; expires: string }): void {
  const member = members.get(keyId)
  if (member?.kind !== 'token' || expires > member.expires) throw forged()
  members.set(keyId, { ...member, expires })
}

function forged(): ClientError {
  return new ClientError(
    'roster.forged',
    'the server’s list of devices and tokens is not the one that your anchor and devices signed',
    'do not go on: compare the anchor’s fingerprint with the data plane’s console.',
  )
}
