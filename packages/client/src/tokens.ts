/** Tokens of programs and devices of people: endorsed by this device, ended at the server and on the roster. */
import type { CallOutput, Person, TokenAction } from '@keyhold/contract'
import { digestBytes, digestStatement, drawSigningSeed, encodeBase64url, importSigningSeed } from '@keyhold/sealed'
import type { Caller, ProjectCaller } from './caller.ts'
import type { DeviceCode } from './device-code.ts'
import { drawId } from './draw-id.ts'
import { ClientError } from './errors.ts'
import { fetchRoster, signChange, type Change, type Roster } from './roster.ts'
import { formatTokenString } from './token-string.ts'

export type Token = CallOutput<'createToken'>['token']

export type NewToken = {
  readonly name: string
  readonly scopes: { bucket: string; access: 'read' | 'write' }[]
  /** ISO 8601; the token ends then by itself. */
  readonly expires: string
  /** A person's own (`usr`): at most what the person may. A program's (`svc`) otherwise. */
  readonly kind?: Token['kind']
  /** What it is limited to besides its scopes. */
  readonly actions?: TokenAction[]
  /** From where it may be used: addresses and CIDR ranges; everywhere when empty. */
  readonly addresses?: string[]
}

export type MadeToken = { readonly token: Token; readonly text: string }

/**
 * Makes a token. Its signing seed is drawn here and is nowhere but in `text`, the whole token, to be shown once. Throws
 * `roster.forged` and ApiError.
 */
export async function createToken(
  caller: ProjectCaller,
  { name, scopes, expires, kind = 'svc', actions, addresses }: NewToken,
  now: number,
): Promise<MadeToken> {
  const { project } = caller
  const terms = { project, scopes, expires, ...(actions && { actions }) }
  const person = kind === 'usr' ? (await caller.api.call('readSelf', {})).id : null
  const { seed, change } = await drawTokenChange({ ...terms, ...(person !== null && { person }) }, now)
  const endorsement = await signChange(caller, await fetchRoster(caller), change, now)
  const operation = kind === 'usr' ? 'createOwnToken' : 'createToken'
  const { token, secret } = await caller.api.call(operation, {
    body: { id: change.id, name, ...terms, endorsement, ...(addresses && { addresses }) },
  })
  return { token, text: formatTokenString({ serverHalf: secret, seed, anchor: caller.anchor }) }
}

/**
 * Makes a successor with the same terms and as long a life; the old token ends by itself after the overlap, in ms, at
 * the server and at the data plane. Throws `roster.forged` and ApiError.
 */
export async function rotateToken(caller: Caller, old: Token, overlap: number, now: number): Promise<MadeToken> {
  const { project, scopes, actions, person } = old
  const expires = formatTime(now + Date.parse(old.expires) - Date.parse(old.created))
  const oldExpires = formatTime(Math.min(now + overlap, Date.parse(old.expires)))
  const terms = { project, scopes, expires, ...(actions && { actions }), ...(person !== null && { person }) }
  const { seed, change } = await drawTokenChange(terms, now)
  const roster = await fetchRoster(caller)
  const endorsement = await signChange(caller, roster, change, now)
  const next = { ...roster, length: roster.length + 1, head: await digestStatement(endorsement) }
  const { keyId } = findTokenMember(roster, old.id)
  const ending = await signChange(caller, next, { kind: 'expire', keyId, expires: oldExpires }, now)
  const operation = old.kind === 'usr' ? 'rotateOwnToken' : 'rotateToken'
  const { token, secret } = await caller.api.call(operation, {
    params: { token: old.id },
    body: { id: change.id, expires, oldExpires, endorsement, ending },
  })
  return { token, text: formatTokenString({ serverHalf: secret, seed, anchor: caller.anchor }) }
}

type TokenChange = Extract<Change, { kind: 'token' }>

async function drawTokenChange(
  terms: Pick<TokenChange, 'project' | 'scopes' | 'expires' | 'actions' | 'person'>,
  now: number,
): Promise<{ readonly seed: Uint8Array; readonly change: TokenChange }> {
  const seed = drawSigningSeed()
  const { keyId, publicKey } = await importSigningSeed(seed)
  return { seed, change: { kind: 'token', id: drawId(now), keyId, publicKey: encodeBase64url(publicKey), ...terms } }
}

function findTokenMember({ members }: Roster, id: string): TokenChange {
  const member = [...members.values()].find((known) => known.kind === 'token' && known.id === id)
  if (member?.kind === 'token') return member
  throw new ClientError(
    'token.not_on_roster',
    'the data plane does not know this token’s key, so nothing can take over from it',
    'revoke the token and make a new one.',
  )
}

const formatTime = (time: number): string => new Date(time).toISOString()

/** Ends a token at the server and, by a signed change, at the data plane. Throws `roster.forged` and ApiError. */
export async function revokeToken(
  caller: Caller,
  { id, kind }: Pick<Token, 'id' | 'kind'>,
  now: number,
  own = false,
): Promise<void> {
  await caller.api.call(own && kind === 'usr' ? 'revokeOwnToken' : 'revokeToken', { params: { token: id } })
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
