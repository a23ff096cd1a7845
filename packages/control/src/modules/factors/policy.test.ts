import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import { routeList, routes, type OpenSession, type Role, type SecurityPolicy } from '@keyhold/contract'
import { authorise, type Principal } from '../../platform/access.ts'
import { setUpOwner, type TestNode, type TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import { addPasskey, addTotp, ask, beginPasskey, complete, place, readCode, signIn } from './testing/factor-person.ts'
import { createSoftAuthenticator } from './testing/soft-authenticator.ts'

let node: TestNode
let owner: TestOwner
let bearer: string
useNode((world) => {
  ;({ node, owner } = world)
  ;({ bearer } = owner)
})

const lax: SecurityPolicy = { secondFactor: 'none', idleMinutes: 720, longestMinutes: 10_080 }
const change = (policy: Partial<SecurityPolicy>) =>
  ask<SecurityPolicy>(node, 'PUT', '/v1/organisation/security-policy', bearer, { ...lax, ...policy })
const remove = (path: string) => ask(node, 'DELETE', path, bearer)
/** What is known of a session is read anew after a second. */
const afterASecond = () => node.advance(1_001)

test('who has no factor cannot demand one of all: they would lock themselves out', async () => {
  const answer = await change({ secondFactor: 'all' })
  assert.deepEqual([answer.status, answer.problem.code], [409, 'policy.own_factor_first'])
})

test('CLU-11: sessions are listed with program, address and times, and ended one by one or all others', async () => {
  const agent = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0 Safari/537.36' }
  const body = { email: 'owner@example.test', password: 'four quiet herons wade' }
  const opened = await Promise.all(
    [1, 2, 3].map(async (at) => {
      const call = { method: 'POST', path: '/v1/sessions', body, headers: agent, from: `127.0.0.${at}` }
      return (await node.call<{ session: { secret: string } }>(call)).body.session.secret
    }),
  )
  const list = async () => (await ask<{ sessions: OpenSession[] }>(node, 'GET', '/v1/sessions', bearer)).body.sessions
  const sessions = await list()
  assert.equal(sessions.length, 4)
  assert.deepEqual(
    sessions.filter(({ current }) => current).map(({ program }) => program),
    ['A program'],
  )
  const others = sessions.filter(({ current }) => !current)
  assert.deepEqual(others.map(({ address }) => address).sort(), ['127.0.0.1', '127.0.0.2', '127.0.0.3'])
  assert.ok(others.every(({ program }) => program === 'Chrome on Linux'))
  const statuses = async () =>
    (await Promise.all(opened.map((secret) => ask(node, 'GET', '/v1/me', secret)))).map(({ status }) => status)
  assert.deepEqual(await statuses(), [200, 200, 200])
  const third = others.find(({ address }) => address === '127.0.0.3')
  assert.equal((await remove(`/v1/sessions/${third?.id}`)).status, 204)
  assert.deepEqual(await statuses(), [200, 200, 401])
  const ended = await ask(node, 'POST', '/v1/sessions/end-others', bearer)
  assert.deepEqual(ended.body, { ended: 2 })
  assert.deepEqual(await statuses(), [401, 401, 401])
  assert.equal((await list()).length, 1)
})

test('another person’s session cannot be ended, nor seen to be there', async () => {
  const organisation = randomUUIDv7()
  await node.database.withTenant({ organisation }, (tx) =>
    tx.sql("INSERT INTO organisations (id, state, created) VALUES ($1, 'unclaimed', now())", [organisation]),
  )
  const other = await setUpOwner(node, await node.addOrganisation(organisation), organisation)
  const self = await ask<{ session: { id: string } }>(node, 'GET', '/v1/me', other.bearer)
  for (const session of [self.body.session.id, randomUUIDv7()]) {
    assert.equal((await remove(`/v1/sessions/${session}`)).problem.code, 'session.unknown')
  }
  const { challenge } = await beginPasskey(node, other.bearer)
  await beginPasskey(node, bearer)
  const body = { name: 'x', answer: createSoftAuthenticator().make({ challenge, ...place }) }
  const stolen = await ask(node, 'POST', '/v1/me/passkeys', bearer, body)
  assert.equal(stolen.problem.code, 'factor.passkey_refused')
})

test('CLU-11: shorter limits hold for sessions that are open, at once', async () => {
  const other = (await signIn(node)).session?.secret ?? ''
  assert.equal((await change({ idleMinutes: 60, longestMinutes: 120 })).status, 200)
  node.advance(50 * 60_000)
  assert.equal((await ask(node, 'GET', '/v1/me', bearer)).status, 200)
  node.advance(15 * 60_000)
  assert.equal((await ask(node, 'GET', '/v1/me', other)).problem.code, 'session.expired')
  bearer = (await signIn(node)).session?.secret ?? ''
  assert.equal((await change({ idleMinutes: 60, longestMinutes: 60 })).status, 200)
  node.advance(61 * 60_000)
  assert.equal((await ask(node, 'GET', '/v1/me', bearer)).problem.code, 'session.expired')
  bearer = (await signIn(node)).session?.secret ?? ''
  for (const bad of [{ idleMinutes: 4 }, { longestMinutes: 59 }, { idleMinutes: 720, longestMinutes: 60 }])
    assert.equal((await change(bad)).status, 400)
  assert.equal((await change({})).status, 200)
})

test('KEB-15: a passkey of a wrong place, user or challenge is not added; a right one is, with a name', async () => {
  const tries: [object, object][] = [
    [{ origin: 'https://elsewhere.test' }, {}],
    [{ rpId: 'elsewhere.test' }, {}],
    [{ challenge: 'AAAA' }, {}],
    [{}, { verified: false }],
    [{}, { type: 'webauthn.get' }],
  ]
  for (const [asked, deviation] of tries) {
    const { challenge } = await beginPasskey(node, bearer)
    const made = createSoftAuthenticator().make({ challenge, ...place, ...asked }, deviation)
    const answer = await ask(node, 'POST', '/v1/me/passkeys', bearer, { name: 'x', answer: made })
    assert.equal(answer.problem.code, 'factor.passkey_refused')
    // The challenge is gone with the wrong answer.
    const again = { name: 'x', answer: createSoftAuthenticator().make({ challenge, ...place }) }
    assert.equal((await ask(node, 'POST', '/v1/me/passkeys', bearer, again)).problem.code, 'factor.passkey_refused')
  }
  const { authenticator } = await addPasskey(node, bearer)
  await assert.rejects(addPasskey(node, bearer, authenticator), /factor\.passkey_known/)
  const security = await ask<{ passkeys: { name: string }[]; recoveryCodes: number }>(
    node,
    'GET',
    '/v1/me/security',
    bearer,
  )
  assert.deepEqual([security.body.passkeys.map(({ name }) => name), security.body.recoveryCodes], [['a key'], 10])
})

test('the last factor stays while the organisation demands one, and can go when it does not', async () => {
  const { body } = await ask<{ passkeys: { id: string }[] }>(node, 'GET', '/v1/me/security', bearer)
  const only = `/v1/me/passkeys/${body.passkeys[0]?.id}`
  assert.equal((await change({ secondFactor: 'all' })).status, 200)
  assert.equal((await remove(only)).problem.code, 'factor.last')
  const { secret } = await addTotp(node, bearer)
  const both = await Promise.all([remove(only), remove('/v1/me/totp')])
  assert.deepEqual(new Set(both.map(({ status }) => status)), new Set([204, 409]))
  assert.equal((await change({})).status, 200)
  await Promise.all([remove(only), remove('/v1/me/totp')])
  const left = await ask<{ recoveryCodes: number }>(node, 'GET', '/v1/me/security', bearer)
  assert.equal(left.body.recoveryCodes, 0)
  assert.ok(readCode(node, secret))
  assert.equal((await signIn(node)).pending, null)
})

/** Demands a factor though nobody has one: as after a restore, or for members who have not added theirs. */
async function demandFactor(): Promise<void> {
  await node.database.withTenant({ organisation: node.organisation }, (tx) =>
    tx.sql("UPDATE security_policies SET second_factor = 'all'"),
  )
  afterASecond()
}

const open = new Set([
  'readOwnSingleSignOn',
  'beginProviderStepUp',
  'finishOwnSingleSignOn',
  'readSelf',
  'signOut',
  'readSecurity',
  'beginStepUp',
  'stepUp',
])
const enrolling = new Set(['startTotp', 'confirmTotp', 'beginPasskey', 'addPasskey'])

test('KEB-15: who must have a factor and has none walks every route and gets nothing but to add one', async () => {
  await demandFactor()
  const signedIn = await signIn(node)
  assert.equal(signedIn.factorNeeded, true)
  const limited = signedIn.session?.secret ?? ''
  for (const name of node.operations) {
    const route = routes[name as keyof typeof routes]
    if (route.access.kind === 'public' || open.has(name)) continue
    const path = route.path.replaceAll(/:[a-z]+/g, randomUUIDv7())
    for (const credential of [limited, bearer]) {
      const answer = await ask(node, route.method, path, credential, 'body' in route ? {} : undefined)
      if (route.access.kind === 'provisioner' || route.access.kind === 'operator') {
        // Nobody's who signs in as a member; SCIM has a form of refusal of its own.
        assert.equal(answer.status, 403, name)
        continue
      }
      const code = answer.status < 400 ? 'allowed' : answer.problem.code
      if (enrolling.has(name)) assert.notEqual(code, 'access.factor_needed', name)
      else assert.equal(code, 'access.factor_needed', name)
    }
  }
  const self = await ask<{ factorNeeded: boolean }>(node, 'GET', '/v1/me', limited)
  assert.equal(self.body.factorNeeded, true)
})

test('KEB-15: of every route of the contract a limited person is allowed those few, whatever their role', () => {
  for (const role of ['owner', 'admin', 'viewer'] satisfies Role[]) {
    const marks = { cookie: false, sudo: true, limited: true }
    const person: Principal = { kind: 'person', id: 'x', organisation: 'o', role, session: 's', ...marks }
    for (const { operationId, access } of routeList) {
      if (access.kind === 'public') continue
      const allow = () => authorise(person, access)
      if (open.has(operationId) || enrolling.has(operationId)) assert.doesNotThrow(allow, operationId)
      else assert.throws(allow, { code: 'access.factor_needed' }, operationId)
    }
  }
})

test('the limit ends the moment a factor is added', async () => {
  const limited = (await signIn(node)).session?.secret ?? ''
  assert.equal((await ask(node, 'GET', '/v1/tokens', limited)).problem.code, 'access.factor_needed')
  const { secret } = await addTotp(node, limited)
  assert.equal((await ask(node, 'GET', '/v1/tokens', limited)).status, 200)
  node.advance(60_000)
  const answer = await complete(node, await signIn(node), { kind: 'totp', code: readCode(node, secret) })
  assert.equal(answer.status, 201)
})
