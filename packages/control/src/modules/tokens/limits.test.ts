/** What a token is limited to besides its scopes: actions, addresses; its successor; and its end when it is found. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { mock, test } from 'node:test'
import type { Signed, Token } from '@keyhold/contract'
import { readUnverified } from '@keyhold/sealed'
import type { Static } from 'typebox'
import {
  makeToken,
  readChain,
  signRotation,
  signToken,
  type TokenBody,
  type TokenScope,
} from '../setup/testing/sign-token.ts'
import { ownerEmail, type TestNode, type TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import { drawSecret } from './index.ts'

let node: TestNode
let owner: TestOwner
useNode((world) => void ({ node, owner } = world))

type Created = { token: Static<typeof Token>; secret: string }
const scopes: TokenScope[] = [
  { bucket: 'sales', access: 'read' },
  { bucket: 'sales', access: 'write' },
]
const hour = 3600_000

async function create(more: Partial<Parameters<typeof signToken>[3]> = {}): Promise<Created & { body: TokenBody }> {
  const body = await signToken(node, owner, scopes, more)
  const answer = await node.call<Created>({ method: 'POST', path: '/v1/tokens', bearer: owner.bearer, body })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return { ...answer.body, body }
}
const readSelf = (bearer: string, from = '127.0.0.1') => node.call({ method: 'GET', path: '/v1/me', bearer, from })
const ensureTable = (bearer: string) =>
  node.call({
    method: 'POST',
    path: `/v1/projects/${owner.project}/tables`,
    bearer,
    body: { bucket: 'sales', table: 'orders' },
  })

test('KEB-03: a token for questions loads nothing, though its scope would let it write', async () => {
  const asks = await create({ actions: ['query'] })
  const loads = await create({ actions: ['upload'] })
  assert.deepEqual(asks.token.actions, ['query'])
  assert.equal((await ensureTable(asks.secret)).problem.code, 'access.denied')
  assert.equal((await ensureTable(loads.secret)).status, 200)
})

test('KH-11: a statement that says other actions than what is asked is refused', async () => {
  const signed = await signToken(node, owner, scopes, { actions: ['query'] })
  const more: object[] = [{ actions: ['query', 'upload'] }, { actions: undefined }]
  for (const change of more) {
    const answer = await node.call({
      method: 'POST',
      path: '/v1/tokens',
      bearer: owner.bearer,
      body: { ...signed, ...change },
    })
    assert.equal(answer.problem.code, 'token.endorsement_mismatch')
  }
})

test('AIV-06: a token with addresses works from them and from nowhere else, from its first call on', async () => {
  const { secret, token } = await create({ addresses: ['127.0.0.3'] })
  assert.equal((await readSelf(secret)).problem.code, 'access.address_denied')
  assert.equal((await readSelf(secret, '127.0.0.3')).status, 200)
  const path = `/v1/addresses/token/${token.id}`
  await node.call({ method: 'PUT', path, bearer: owner.bearer, body: { ranges: ['127.0.0.4'] } })
  node.advance(1_000)
  assert.equal((await readSelf(secret, '127.0.0.3')).problem.code, 'access.address_denied')
  const wrong = await signToken(node, owner, scopes, { addresses: ['everywhere'] })
  const refused = await node.call({ method: 'POST', path: '/v1/tokens', bearer: owner.bearer, body: wrong })
  assert.equal(refused.problem.code, 'addresses.malformed')
})

// ---- rotation -----------------------------------------------------------------------------------------------------

const rotationOf = ({ body }: { body: TokenBody }, options: Parameters<typeof signRotation>[3] = {}) =>
  signRotation(node, owner, body, options)
const rotate = (token: string, body: object) =>
  node.call<Created>({ method: 'POST', path: `/v1/tokens/${token}/rotation`, bearer: owner.bearer, body })

test('KEB-03: a successor has the same terms; the old one ends by itself after the overlap', async () => {
  const old = await create({ actions: ['query'], addresses: ['127.0.0.0/8'] })
  const made = await rotate(old.token.id, await rotationOf(old))
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const { token, secret } = made.body
  assert.deepEqual([token.scopes, token.actions, token.replaces], [scopes, ['query'], old.token.id])
  assert.notEqual(secret, old.secret)
  const lists = await node.call<{ lists: { subject: string; ranges: string[] }[] }>({
    method: 'GET',
    path: '/v1/addresses',
    bearer: owner.bearer,
  })
  assert.deepEqual(lists.body.lists.find(({ subject }) => subject === token.id)?.ranges, ['127.0.0.0/8'])
  for (const works of [old.secret, secret]) assert.equal((await readSelf(works)).status, 200)
  node.advance(24 * hour)
  assert.equal((await readSelf(old.secret)).problem.code, 'token.expired')
  assert.equal((await readSelf(secret)).status, 200)
  node.advance(-24 * hour)
})

test('without an overlap the old one ends at once', async () => {
  const old = await create()
  assert.equal((await readSelf(old.secret)).status, 200)
  assert.equal((await rotate(old.token.id, await rotationOf(old, { overlap: 0 }))).status, 201)
  assert.equal((await readSelf(old.secret)).problem.code, 'token.expired')
})

test('a successor with other terms, another key’s end, a long overlap or of an ended token is refused', async () => {
  const old = await create()
  const other = await create()
  const otherKey = (readUnverified(other.body.endorsement) as { change: { keyId: string } }).change.keyId
  const cases: [NonNullable<Parameters<typeof signRotation>[3]>, string][] = [
    [{ change: { scopes: [...scopes, { bucket: 'hr', access: 'read' }] } }, 'token.endorsement_mismatch'],
    [{ change: { actions: ['query'] } }, 'token.endorsement_mismatch'],
    [{ change: { project: randomUUIDv7() } }, 'token.endorsement_mismatch'],
    [{ ending: { keyId: otherKey } }, 'token.endorsement_mismatch'],
    [{ ending: { expires: '2031-01-01T00:00:00.000Z' } }, 'token.endorsement_mismatch'],
    [{ overlap: 8 * 24 }, 'token.bad_overlap'],
    [{ overlap: -1 }, 'token.bad_overlap'],
    [{ days: 400 }, 'token.bad_expiry'],
  ]
  for (const [change, code] of cases) {
    const answer = await rotate(old.token.id, await rotationOf(old, change))
    assert.equal(answer.problem.code, code, JSON.stringify(change))
  }
  assert.equal((await rotate(randomUUIDv7(), await rotationOf(old))).problem.code, 'token.unknown')
  await node.call({ method: 'DELETE', path: `/v1/tokens/${old.token.id}`, bearer: owner.bearer })
  assert.equal((await rotate(old.token.id, await rotationOf(old))).problem.code, 'token.ended')
})

// ---- tokens that were found -----------------------------------------------------------------------------------------

const report = (token: string, from?: string) =>
  node.call({ method: 'POST', path: '/v1/leaked-tokens', body: { token }, ...(from !== undefined && { from }) })

test('whoever reports a token ends it at once; owners hear of it by mail and in the log', async () => {
  for (const wrap of [(secret: string) => secret, (secret: string) => `export T='${secret}.c2VlZA.YW5jaG9y'`]) {
    const { id, secret } = await makeToken(node, owner, scopes)
    const before = node.mails.length
    const answer = await report(wrap(secret))
    assert.deepEqual([answer.status, answer.body], [202, { received: true }])
    assert.equal((await readSelf(secret)).problem.code, 'token.revoked')
    const mail = node.mails[before]
    assert.equal(mail?.to, ownerEmail.toLowerCase())
    assert.ok(mail.text.includes(id) && !mail.text.includes(secret.slice(7, 30)))
    const entries = (await node.listEvents()).filter(({ object }) => object === `token ${id}`)
    assert.ok(entries.some(({ action, code }) => action === 'token.revoke' && code === 'token.reported'))
  }
})

test('a token that nobody has, a session, and any other text get the same answer in no less time', async () => {
  for (const text of [drawSecret('svc'), drawSecret('end'), owner.bearer, 'nonsense', 'kh_svc_x']) {
    const started = performance.now()
    const answer = await report(text)
    assert.deepEqual([answer.status, answer.body], [202, { received: true }], text)
    assert.ok(performance.now() - started >= 249)
  }
  assert.equal((await readSelf(owner.bearer)).status, 200)
})

test('reports from one address are limited', async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => report('nonsense', '127.0.0.9')))
  assert.equal(answers.filter(({ status }) => status === 429).length, 10)
})

test('what scanners look for is published, with the checksum told', async () => {
  const format = await node.call<{ pattern: string; checksum: string }>({ method: 'GET', path: '/v1/token-format' })
  const found = new RegExp(format.body.pattern).exec(`KEY=${drawSecret('usr')}.seed`)?.[0]
  assert.match(found ?? '', /^kh_usr_/)
  assert.match(format.body.checksum, /CRC-32/)
  assert.equal(new RegExp(format.body.pattern).exec(drawSecret('ses')), null)
})

test('a kind that is reserved is nobody’s', async () => {
  assert.equal((await readSelf(drawSecret('end'))).problem.code, 'access.unauthenticated')
})

async function chainLength(): Promise<number> {
  const chain: Signed[] = await readChain(node, owner.organisation)
  return chain.length
}

test('a refused rotation leaves the roster as it was', async () => {
  const old = await create()
  const before = await chainLength()
  await rotate(old.token.id, await rotationOf(old, { overlap: 8 * 24 }))
  assert.equal(await chainLength(), before)
})

test('a token that is revoked while the data plane is asked about its successor gets none', async () => {
  const old = await create()
  const body = await rotationOf(old)
  const { plane } = node
  const submit = plane.submitRoster
  const slowed = mock.method(plane, 'submitRoster', async (...call: Parameters<typeof submit>) => {
    slowed.mock.restore()
    const path = `/v1/tokens/${old.token.id}`
    assert.equal((await node.call({ method: 'DELETE', path, bearer: owner.bearer })).status, 204)
    return submit(...call)
  })
  assert.equal((await rotate(old.token.id, body)).problem.code, 'token.ended')
  const { body: listed } = await node.call<{ tokens: { id: string }[] }>({
    method: 'GET',
    path: '/v1/tokens',
    bearer: owner.bearer,
  })
  assert.ok(!listed.tokens.some(({ id }) => id === body.id))
})
