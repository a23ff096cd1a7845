import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import type { Token } from '@keyhold/contract'
import type { Static } from 'typebox'
import { AppError } from '../../platform/errors.ts'
import { makeToken, signToken, type TokenScope } from '../setup/testing/sign-token.ts'
import { ownerEmail, ownerPassword, type TestNode, type TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import { drawSecret, hashSecret } from './index.ts'

type Listed = { tokens: Static<typeof Token>[] }
type Created = { token: Static<typeof Token>; secret: string }

let node: TestNode
let owner: TestOwner
useNode((world) => void ({ node, owner } = world))

const sales: TokenScope[] = [{ bucket: 'sales', access: 'read' }]
const create = (body: object, headers = {}) =>
  node.call<Created>({ method: 'POST', path: '/v1/tokens', bearer: owner.bearer, body, headers })
const revoke = (id: string, bearer = owner.bearer) => node.call({ method: 'DELETE', path: `/v1/tokens/${id}`, bearer })
const readSelf = (bearer: string) => node.call({ method: 'GET', path: '/v1/me', bearer })
const list = async () =>
  (await node.call<Listed>({ method: 'GET', path: '/v1/tokens', bearer: owner.bearer })).body.tokens

test('KEB-03: a token is made with its device’s endorsement, shown once, and says who it is', async () => {
  const body = await signToken(node, owner, sales)
  const answer = await create(body)
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  const { endorsement: _, ...terms } = body
  const fresh = { revoked: null, lastUsed: null, lastUsedFrom: null, kind: 'svc', person: null, actions: null }
  const { created } = answer.body.token
  const { id: createdBy } = (await readSelf(owner.bearer)).body as { id: string }
  assert.deepEqual(answer.body.token, { ...terms, ...fresh, replaces: null, created, createdBy })
  const self = await readSelf(answer.body.secret)
  const { organisation, project } = owner
  const told = {
    kind: 'token',
    id: body.id,
    organisation,
    organisationName: 'Example Ltd',
    custody: 'demo',
    dataPlane: 'connected',
    project,
    scopes: sales,
  }
  const ofNoPerson = { name: null, email: null, role: null, session: null, factorNeeded: false }
  assert.deepEqual(self.body, { ...told, ...ofNoPerson })
  const listed = await list()
  assert.ok(!JSON.stringify(listed).includes(answer.body.secret.slice(7, 30)))
  assert.ok(listed.some(({ id }) => id === body.id))
})

test('a token is kept as a hash, and its roster statement as the data plane accepted it', async () => {
  const { id, secret } = await makeToken(node, owner, sales)
  const rows = await node.test.readAsAdmin<{ hash: Buffer; found: number }>(
    `SELECT hash, (SELECT count(*) FROM roster) AS found FROM tokens WHERE id = $1`,
    [id],
  )
  assert.ok(rows[0]?.hash.equals(hashSecret(secret)))
  assert.ok((rows[0]?.found ?? 0) >= 2)
})

test('a token ends at once when it is revoked, and revoking again changes nothing', async () => {
  const { id, secret } = await makeToken(node, owner, sales)
  assert.equal((await readSelf(secret)).status, 200)
  assert.equal((await revoke(id)).status, 204)
  const refused = await readSelf(secret)
  assert.deepEqual([refused.status, refused.problem.code], [401, 'token.revoked'])
  const at = (await list()).find((token) => token.id === id)?.revoked
  assert.ok(at)
  assert.equal((await revoke(id)).status, 204)
  assert.equal((await list()).find((token) => token.id === id)?.revoked, at)
  assert.equal((await revoke(randomUUIDv7())).problem.code, 'token.unknown')
})

test('a token expires by itself', async () => {
  const body = await signToken(node, owner, sales, { days: 1 })
  const { secret } = (await create(body)).body
  assert.equal((await readSelf(secret)).status, 200)
  node.advance(24 * 3600_000)
  owner = { ...owner, bearer: await signInAgain() }
  assert.equal((await readSelf(secret)).problem.code, 'token.expired')
})

test('a token must end, within a year, in the future', async () => {
  for (const days of [-1, 0, 366, 4000]) {
    const answer = await create(await signToken(node, owner, sales, { days }))
    assert.deepEqual([answer.status, answer.problem.code], [400, 'token.bad_expiry'], `${days} days`)
  }
  assert.equal((await create(await signToken(node, owner, sales, { days: 365 }))).status, 201)
})

const mismatches: Record<string, Record<string, unknown>> = {
  id: { id: randomUUIDv7() },
  project: { project: randomUUIDv7() },
  scopes: { scopes: [{ bucket: 'sales', access: 'write' }] },
  'one scope more': { scopes: [...sales, { bucket: 'hr', access: 'read' }] },
  expires: { expires: '2031-01-01T00:00:00.000Z' },
  kind: { kind: 'device', name: 'not a token' },
}
for (const [field, change] of Object.entries(mismatches)) {
  test(`KH-11: an endorsement with another ${field} than what is asked is refused before the data plane is told`, async () => {
    const before = await node.database.withTenant(owner, (tx) => tx.sql('SELECT number FROM roster'))
    const answer = await create(await signToken(node, owner, sales, { change }))
    assert.deepEqual([answer.status, answer.problem.code], [400, 'token.endorsement_mismatch'])
    assert.deepEqual(await node.database.withTenant(owner, (tx) => tx.sql('SELECT number FROM roster')), before)
  })
}

test('an endorsement for another organisation is refused', async () => {
  const answer = await create(await signToken(node, owner, sales, { organisation: randomUUIDv7() }))
  assert.equal(answer.problem.code, 'token.endorsement_mismatch')
})

test('nothing is stored when the data plane refuses, and the same request works once it accepts', async () => {
  const body = await signToken(node, owner, sales)
  node.plane.failNext(
    'submitRoster',
    new AppError('roster.refused', { status: 403, message: 'Refused.', remedy: 'Try again.' }),
  )
  assert.equal((await create(body)).problem.code, 'roster.refused')
  assert.ok((await list()).every(({ id }) => id !== body.id))
  assert.equal((await create(body)).status, 201)
})

test('a call that broke off after the data plane accepted is mended by sending it again', async () => {
  const body = await signToken(node, owner, sales)
  await node.plane.submitRoster(owner.organisation, body.endorsement)
  assert.equal((await create(body)).status, 201)
  assert.equal((await create(await signToken(node, owner, sales))).status, 201)
})

test('the same call with an Idempotency-Key gets the same secret; without one the id is taken', async () => {
  const body = await signToken(node, owner, sales)
  const headers = { 'idempotency-key': `token-${body.id}` }
  const first = await create(body, headers)
  const again = await create(body, headers)
  assert.equal(again.status, 201, JSON.stringify(again.body))
  assert.equal(again.body.secret, first.body.secret)
  assert.equal((await create(body)).problem.code, 'token.exists')
})

test('a token for a project that is not there, or with a scope named twice, is refused', async () => {
  const unknown = await create(await signToken(node, owner, sales, { project: randomUUIDv7() }))
  assert.deepEqual([unknown.status, unknown.problem.code], [404, 'token.unknown_project'])
  const twice = await create(await signToken(node, owner, [...sales, ...sales]))
  assert.equal(twice.problem.code, 'token.repeated_scope')
})

test('a wrong checksum, an unknown secret and a whole token with its seed are refused', async () => {
  const { secret } = await makeToken(node, owner, sales)
  const wrong = secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0')
  assert.equal((await readSelf(wrong)).problem.code, 'access.unauthenticated')
  assert.equal((await readSelf(drawSecret('svc'))).problem.code, 'access.unauthenticated')
  assert.equal((await readSelf(`${secret}.c2VlZA.YW5jaG9y`)).problem.code, 'token.whole_sent')
})

test('a token’s last use is noted to the minute, with its block of addresses, sealed', async () => {
  const { id, secret } = await makeToken(node, owner, sales)
  assert.equal((await readSelf(secret)).status, 200)
  const noted = async () => (await list()).find((token) => token.id === id)?.lastUsed ?? null
  for (let tries = 0; tries < 100 && (await noted()) === null; tries++);
  const used = await noted()
  assert.match(used ?? '', /:00\.000Z$/)
  assert.equal((await list()).find((token) => token.id === id)?.lastUsedFrom, '127.0.0.0/24')
  const rows = await node.database.withTenant(owner, (tx) =>
    tx.sql<{ block: Buffer }>('SELECT last_used_block_sealed AS block FROM tokens WHERE id = $1', [id]),
  )
  assert.ok(rows[0]?.block !== undefined && !rows[0].block.includes('127.0.0'))
})

async function signInAgain(): Promise<string> {
  const body = { email: ownerEmail, password: ownerPassword }
  const call = { method: 'POST', path: '/v1/sessions', body }
  return (await node.call<{ session: { secret: string } }>(call)).body.session.secret
}
