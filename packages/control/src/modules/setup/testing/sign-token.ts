/** Tokens as a client makes them: a signing seed of its own, endorsed by the owner's device. */
import { randomUUIDv7 } from 'node:crypto'
import type { RosterChange, Signed, TokenAction } from '@keyhold/contract'
import { digestBytes, digestStatement, readUnverified, signStatement } from '@keyhold/sealed'
import type { TestNode, TestOwner } from './test-node.ts'
import { drawKey, encode } from './test-organisation.ts'

export type TokenScope = { readonly bucket: string; readonly access: 'read' | 'write' }
export type TokenBody = {
  id: string
  project: string
  name: string
  scopes: TokenScope[]
  expires: string
  endorsement: Signed
  actions?: TokenAction[]
  addresses?: string[]
}

type TokenOptions = {
  days?: number
  project?: string
  change?: Record<string, unknown>
  organisation?: string
  actions?: TokenAction[]
  addresses?: string[]
  /** Whose own it is to be. */
  person?: string
}

const hour = 3600_000
const day = 24 * hour

/** A request for a token; `change` alters what the device signs, so that it is not what is asked. */
export async function signToken(
  node: TestNode,
  owner: TestOwner,
  scopes: TokenScope[],
  {
    days = 90,
    project = owner.project,
    change = {},
    organisation = owner.organisation,
    person,
    ...more
  }: TokenOptions = {},
): Promise<TokenBody> {
  const key = await drawKey()
  const id = randomUUIDv7()
  const expires = new Date(node.time() + days * day).toISOString()
  const terms = { kind: 'token', id, keyId: key.keyId, publicKey: encode(key.publicKey), project, scopes, expires }
  const { actions } = more
  const signed = {
    ...terms,
    ...(actions && { actions }),
    ...(person && { person }),
    ...change,
  } as RosterChange['change']
  const endorsement = await signNext(
    owner,
    await readChain(node, owner.organisation),
    signed,
    node.time(),
    organisation,
  )
  return { id, project, name: 'a token', scopes, expires, endorsement, ...more }
}

type RotationOptions = {
  /** Hours for which the old one still works. */
  overlap?: number
  days?: number
  ending?: Partial<{ keyId: string; expires: string }>
  change?: object
}

/** A request for a successor with the same terms. */
export async function signRotation(
  node: TestNode,
  owner: TestOwner,
  old: TokenBody,
  { overlap = 24, days = 90, ending, change }: RotationOptions = {},
) {
  const successor = await signToken(node, owner, old.scopes, {
    days,
    ...(old.actions && { actions: old.actions }),
    ...(change && { change: change as Record<string, unknown> }),
  })
  const { publicKey } = (readUnverified(old.endorsement) as { change: { publicKey: string } }).change
  const oldExpires = new Date(Math.min(node.time() + overlap * hour, Date.parse(old.expires))).toISOString()
  const keyId = await digestBytes(Buffer.from(publicKey, 'base64url'))
  const chain = [...(await readChain(node, owner.organisation)), successor.endorsement]
  const ended = { kind: 'expire', keyId, expires: oldExpires, ...ending } as RosterChange['change']
  const { id, expires, endorsement } = successor
  return { id, expires, oldExpires, endorsement, ending: await signNext(owner, chain, ended, node.time()) }
}

/** The next statement of a chain, by the owner's device. */
async function signNext(
  owner: TestOwner,
  chain: readonly Signed[],
  change: RosterChange['change'],
  time: number,
  organisation = owner.organisation,
): Promise<Signed> {
  const previous = await digestStatement(chain.at(-1) as Signed)
  const created = new Date(time).toISOString()
  const body = { organisation, number: chain.length + 1, previous, change, created } satisfies RosterChange
  return signStatement(owner.device, 'roster', body)
}

/** Makes a token and gives its server half. */
export async function makeToken(
  node: TestNode,
  owner: TestOwner,
  scopes: TokenScope[],
  project?: string,
): Promise<MadeToken> {
  const body = await signToken(node, owner, scopes, project === undefined ? {} : { project })
  const call = { method: 'POST', path: '/v1/tokens', bearer: owner.bearer, body }
  const answer = await node.call<{ secret: string }>(call)
  if (answer.status !== 201) throw new Error(`the token was refused: ${answer.problem.code}`)
  return { id: body.id, secret: answer.body.secret }
}
export type MadeToken = { readonly id: string; readonly secret: string }

export async function readChain(node: TestNode, organisation: string): Promise<Signed[]> {
  const rows = await node.database.withTenant({ organisation }, (tx) =>
    tx.sql<{ signed: Signed }>('SELECT signed FROM roster ORDER BY number'),
  )
  return rows.map((row) => row.signed)
}
