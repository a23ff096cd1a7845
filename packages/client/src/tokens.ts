/** Tokens of programs and devices of people: endorsed by this device, ended at the server and on the roster. */
import type { CallOutput, Person } from '@keyhold/contract'
import { digestBytes, drawSigningSeed, encodeBase64url, importSigningSeed } from '@keyhold/sealed'
import type { Caller, ProjectCaller } from './caller.ts'
import type { DeviceCode } from './device-code.ts'
import { drawId } from './draw-id.ts'
import { fetchRoster, signChange } from './roster.ts'
import { formatTokenString } from './token-string.ts'

export type Token = CallOutput<'createToken'>['token']

export type NewToken = {
  readonly name: string
  readonly scopes: { bucket: string; access: 'read' | 'write' }[]
  /** ISO 8601; the token ends then by itself. */
  readonly expires: string
}

/**
 * Makes a token. Its signing seed is drawn here and is nowhere but in `text`, the whole token, to be shown once. Throws
 * `roster.forged` and ApiError.
 */
export async function createToken(
  caller: ProjectCaller,
  { name, scopes, expires }: NewToken,
  now: number,
): Promise<{ readonly token: Token; readonly text: string }> {
  const { project } = caller
  const id = drawId(now)
  const seed = drawSigningSeed()
  const { keyId, publicKey } = await importSigningSeed(seed)
  const change = { kind: 'token', id, keyId, publicKey: encodeBase64url(publicKey), project, scopes, expires } as const
  const endorsement = await signChange(caller, await fetchRoster(caller), change, now)
  const { token, secret } = await caller.api.call('createToken', {
    body: { id, project, name, scopes, expires, endorsement },
  })
  return { token, text: formatTokenString({ serverHalf: secret, seed, anchor: caller.anchor }) }
}

/** Ends a token at the server and, by a signed change, at the data plane. Throws `roster.forged` and ApiError. */
export async function revokeToken(caller: Caller, id: string, now: number): Promise<void> {
  await caller.api.call('revokeToken', { params: { token: id } })
  const roster = await fetchRoster(caller)
  const member = [...roster.members.values()].find((known) => known.kind === 'token' && known.id === id)
  if (member !== undefined) await revokeKey(caller, member.keyId, now)
}

/**
 * Puts another device on the roster, endorsed by this one: the data plane believes its key then, for what the role of
 * its owner allows. Throws as above.
 */
export async function endorseDevice(
  caller: Caller,
  { publicKey, name }: DeviceCode,
  owner: Pick<Person, 'id' | 'role'>,
  now: number,
): Promise<void> {
  const keyId = await digestBytes(publicKey)
  const whose = { person: owner.id, role: owner.role }
  const change = { kind: 'device', keyId, publicKey: encodeBase64url(publicKey), name, ...whose } as const
  const statement = await signChange(caller, await fetchRoster(caller), change, now)
  await caller.api.call('submitRoster', { body: { statement } })
}

/** Takes a device or token off the roster: the data plane believes its key no more. Throws as `revokeToken` does. */
export async function revokeKey(caller: Caller, keyId: string, now: number): Promise<void> {
  const statement = await signChange(caller, await fetchRoster(caller), { kind: 'revoke', keyId }, now)
  await caller.api.call('submitRoster', { body: { statement } })
}
