/** OpenID Connect Back-Channel Logout 1.0: what the provider ends, and what only looks as if it came from it. */
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { addTotp, readCode } from '../factors/testing/factor-person.ts'
import {
  enterProvider,
  proveDomain,
  setPolicy,
  signInBy,
  useSignOn,
  type SignOnWorld,
} from './testing/sign-on-world.ts'

let world: SignOnWorld
useSignOn(async (started) => {
  world = started
  const { node, owner, provider } = world
  await enterProvider(node, owner.bearer, provider)
  await proveDomain(world, owner.bearer, 'example.test')
  await setPolicy(node, owner.bearer, { joinRole: 'viewer' })
})

const event = 'http://schemas.openid.net/event/backchannel-logout'
const signIn = async (sub: string, sid?: string) => {
  const claims = { sub, email: `${sub}@example.test`, email_verified: true, ...(sid !== undefined && { sid }) }
  return (await signInBy(world, { organisation: world.owner.organisation }, claims)).session ?? ''
}
const claimsOf = (claims: object) => {
  const { issuer: iss, clientId: aud } = world.provider
  const now = Math.floor(world.node.time() / 1000)
  return { iss, aud, iat: now, exp: now + 120, jti: randomUUID(), events: { [event]: {} }, ...claims }
}
/** Hands a token in as providers do. */
async function logOut(token: string, organisation = world.owner.organisation) {
  const { status, problem } = await world.node.call({
    method: 'POST',
    path: `/v1/single-sign-on/${organisation}/logout`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    raw: new URLSearchParams({ logout_token: token }).toString(),
  })
  return { status, code: problem.code as string | undefined }
}
const sign = (claims: object, more: object = {}) =>
  world.provider.sign({ claims: claimsOf(claims), typ: 'logout+jwt', ...more })
const isIn = async (bearer: string) => (await world.node.call({ method: 'GET', path: '/v1/me', bearer })).status === 200

test('CLN-07: a session that ended at the provider ends here, and no other does', async () => {
  const [phone, laptop, other] = [await signIn('ann', 's1'), await signIn('ann', 's2'), await signIn('ben', 's3')]
  assert.deepEqual(await logOut(sign({ sid: 's1' })), { status: 200, code: undefined })
  assert.deepEqual([await isIn(phone), await isIn(laptop), await isIn(other)], [false, true, true])
  assert.equal((await logOut(sign({ sub: 'ann', sid: 's2' }))).status, 200)
  assert.deepEqual([await isIn(laptop), await isIn(other)], [false, true])
  const events = await world.node.listEvents()
  assert.equal(events.filter(({ action }) => action === 'single_sign_on.provider_logout').length, 2)
})

test('a subject’s logout ends all sessions that came through it, and none that a password opened', async () => {
  const { node, owner } = world
  const all = [await signIn('cat', 's4'), await signIn('cat'), await signIn('cat', 's5')]
  assert.equal((await logOut(sign({ sub: 'cat' }))).status, 200)
  for (const session of all) assert.equal(await isIn(session), false)
  assert.equal(await isIn(owner.bearer), true)
  assert.equal((await node.call({ method: 'GET', path: '/v1/me', bearer: owner.bearer })).status, 200)
})

test('a shell that was let in by such a session ends with it', async () => {
  const { node } = world
  const bearer = await signIn('dan', 's6')
  const verifier = 'v'.repeat(43)
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const call = { method: 'POST', path: '/v1/me/shells', bearer, body: { challenge } }
  const { organisation, code } = (await node.call<{ organisation: string; code: string }>(call)).body
  const body = { organisation, code, verifier }
  const taken = await node.call<{ session: { secret: string } }>({ method: 'POST', path: '/v1/sessions/shell', body })
  const shell = taken.body.session.secret
  assert.equal(await isIn(shell), true)
  assert.equal((await logOut(sign({ sid: 's6' }))).status, 200)
  assert.equal(await isIn(shell), false)
})

test('what waits for a second factor after the provider ends too, and so does what comes of it', async () => {
  const { node, owner } = world
  const bearer = await signIn('eve', 's7')
  const { secret } = await addTotp(node, bearer)
  await addTotp(node, owner.bearer)
  const demand = { secondFactor: 'all', idleMinutes: 720, longestMinutes: 10_080 }
  const path = '/v1/organisation/security-policy'
  assert.equal((await node.call({ method: 'PUT', path, bearer: owner.bearer, body: demand })).status, 200)
  const claims = { sub: 'eve', email: 'eve@example.test', email_verified: true, sid: 's8' }
  const begin = async () =>
    (await signInBy(world, { organisation: owner.organisation }, claims)).body.pending?.secret ?? ''
  const complete = (pending: string, step: number) => {
    const proof = { kind: 'totp', code: readCode(node, secret, step) }
    const body = { organisation: owner.organisation, pending, proof }
    return node.call<{ session: { secret: string } }>({ method: 'POST', path: '/v1/sessions/complete', body })
  }
  const session = (await complete(await begin(), 1)).body.session.secret
  assert.equal(await isIn(session), true)
  const waiting = await begin()
  assert.equal((await logOut(sign({ sid: 's8' }))).status, 200)
  assert.equal(await isIn(session), false)
  node.advance(60_000)
  assert.equal((await complete(waiting, 1)).problem.code, 'factor.refused')
  const open = { ...demand, secondFactor: 'none' }
  await node.call({ method: 'PUT', path, bearer: owner.bearer, body: open })
})

test('attack: a token counts once', async () => {
  const session = await signIn('fay', 's9')
  const token = sign({ sid: 's10' })
  assert.equal((await logOut(token)).status, 200)
  assert.equal((await logOut(token)).code, 'single_sign_on.logout_refused')
  assert.equal(await isIn(session), true)
})

test('attack: nobody but the provider ends anything: each rule of section 2.6 by itself', async () => {
  const session = await signIn('gus', 's11')
  const sub = 'gus'
  const now = Math.floor(world.node.time() / 1000)
  const refused: Record<string, string> = {
    'another key': sign({ sub }, { foreignKey: true }),
    'no signature': sign({ sub }, { alg: 'none' }),
    'the client’s secret as key': sign({ sub }, { alg: 'HS256' }),
    'another kind of token': sign({ sub }, { typ: 'at+jwt' }),
    'another issuer': sign({ sub, iss: 'https://other.example' }),
    'another audience': sign({ sub, aud: 'other' }),
    'a nonce': sign({ sub, nonce: 'x' }),
    'an empty nonce': sign({ sub, nonce: null }),
    'no event': sign({ sub, events: undefined }),
    'another event': sign({ sub, events: { 'https://example.org/x': {} } }),
    'an event that is no object': sign({ sub, events: { [event]: true } }),
    'no id': sign({ sub, jti: undefined }),
    'nobody named': sign({}),
    'a name that is no text': sign({ sub, sid: 7 }),
    'no time': sign({ sub, iat: undefined }),
    'no end': sign({ sub, exp: undefined }),
    'it has ended': sign({ sub, iat: now - 300, exp: now - 100 }),
    'long ago': sign({ sub, iat: now - 3600, exp: now + 3600 }),
    'not yet': sign({ sub, iat: now + 3600, exp: now + 7200 }),
    'no token': 'x',
  }
  for (const [why, token] of Object.entries(refused)) {
    assert.deepEqual(await logOut(token), { status: 400, code: 'single_sign_on.logout_refused' }, why)
    if (why === 'another key') assert.equal(await isIn(session), true)
  }
  assert.equal(await isIn(session), true)
  assert.equal((await logOut(sign({ sub }), randomUUID())).status, 400)
})

test('attack: what cannot be a token makes this server call nobody, and leaves nothing in the log', async () => {
  const { node, provider } = world
  const readLog = async () =>
    (await node.listEvents()).filter(({ action }) => action === 'single_sign_on.provider_logout').length
  const [calls, before] = [provider.paths.length, await readLog()]
  for (let tried = 0; tried < 5; tried++) await logOut(sign({ sub: 'x', iss: 'https://other.example' }))
  assert.equal(provider.paths.length, calls)
  assert.equal(await readLog(), before)
})
