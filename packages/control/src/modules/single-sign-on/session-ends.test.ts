/** Sessions that single sign-on opened end as docs/security-rules.md says, whatever goes on at the provider. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  enterProvider,
  proveDomain,
  setPolicy,
  signInBy,
  useSignOn,
  type SignOnWorld,
} from './testing/sign-on-world.ts'

let world: SignOnWorld
let body: { organisation: string }
const claims = { sub: 'ann', email: 'ann@example.test', email_verified: true }

useSignOn(async (started) => {
  world = started
  const { node, owner, provider } = world
  body = { organisation: owner.organisation }
  await enterProvider(node, owner.bearer, provider)
  await proveDomain(world, owner.bearer, 'example.test')
  await setPolicy(node, owner.bearer, { joinRole: 'viewer' })
  const limits = { secondFactor: 'none', idleMinutes: 60, longestMinutes: 120 }
  const call = { method: 'PUT', path: '/v1/organisation/security-policy', bearer: owner.bearer, body: limits }
  assert.equal((await node.call(call)).status, 200)
})

const minute = 60_000
const readSelf = (bearer: string) => world.node.call({ method: 'GET', path: '/v1/me', bearer })

test('V7.6.1: the organisation’s limits hold, by use and in any case; then the provider is asked again', async () => {
  const { node, provider } = world
  const first = (await signInBy(world, body, claims)).session ?? ''
  node.advance(61 * minute)
  assert.equal((await readSelf(first)).problem.code, 'session.expired')
  const second = (await signInBy(world, body, claims)).session ?? ''
  for (const used of [50, 50]) {
    node.advance(used * minute)
    assert.equal((await readSelf(second)).status, 200)
  }
  node.advance(21 * minute)
  assert.equal((await readSelf(second)).problem.code, 'session.expired')
  const asked = provider.exchanges.length
  assert.equal((await signInBy(world, body, claims)).status, 201)
  assert.equal(provider.exchanges.length, asked + 1)
})

test('V7.6.1: a session does not ask the provider while it lasts, and what is sensitive does: by the time that it names', async () => {
  const { node, provider } = world
  const now = Math.floor(Date.now() / 1000)
  const sensitive = { method: 'POST', path: '/v1/me/single-sign-on/connect' }
  for (const time of [now - 11 * 60, 0, undefined]) {
    const bearer = (await signInBy(world, body, { ...claims, auth_time: time })).session ?? ''
    const asked = provider.paths.length
    assert.equal((await readSelf(bearer)).status, 200)
    assert.equal((await node.call({ ...sensitive, bearer })).problem.code, 'access.step_up_needed', String(time))
    assert.equal(provider.paths.length, asked)
  }
})
