/** Leaving for the provider again and again costs work, and locks nobody out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { solveProof } from '../people/testing/solve-proof.ts'
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

const claims = { sub: 'ann', email: 'ann@example.test', email_verified: true }
const begin = (from: string, more: object = {}) =>
  world.node.call<{ url: string }>({
    method: 'POST',
    path: '/v1/single-sign-on',
    from,
    body: { organisation: world.owner.organisation, ...more },
  })
const countBegun = async () =>
  (await world.node.listEvents()).filter(
    ({ action, outcome }) => action === 'single_sign_on.begin' && outcome === 'success',
  ).length

test('KEB-15: who comes back signed in is not counted, however many of an office do', async () => {
  const body = { organisation: world.owner.organisation }
  for (let person = 0; person < 12; person++) assert.equal((await signInBy(world, body, claims)).status, 201)
  assert.equal((await begin('127.0.0.1')).status, 201)
})

test('attack: from the eleventh that does not come back on it costs work, and nothing gets into the log for less', async () => {
  const from = '127.0.7.1'
  for (let begun = 0; begun < 10; begun++) assert.equal((await begin(from)).status, 201)
  const before = await countBegun()
  for (let begun = 0; begun < 5; begun++) assert.equal((await begin(from)).problem.code, 'sign_in.proof_needed')
  assert.equal(await countBegun(), before)
  const { problem } = await begin(from, {})
  const proof = await solveProof(problem.challenge)
  assert.equal((await begin(from, { proof })).status, 201)
  // A proof counts once.
  assert.equal((await begin(from, { proof })).problem.code, 'sign_in.proof_needed')
})

test('attack: nobody makes others work: another block leaves as before, for the same organisation', async () => {
  assert.equal((await begin('127.0.7.1')).problem.code, 'sign_in.proof_needed')
  assert.equal((await begin('127.0.8.1')).status, 201)
})

test('addresses of unknown domains are counted too', async () => {
  const ask = () =>
    world.node.call({
      method: 'POST',
      path: '/v1/single-sign-on',
      from: '127.0.9.1',
      body: { email: 'x@unproven.test' },
    })
  for (let asked = 0; asked < 10; asked++) assert.equal((await ask()).problem.code, 'single_sign_on.unknown_domain')
  assert.equal((await ask()).problem.code, 'sign_in.proof_needed')
})
