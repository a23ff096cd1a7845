import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PasskeyRequest } from '@keyhold/contract'
import { ownerPassword, type TestNode } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import { addPasskey, addTotp, ask, place, readCode, signIn } from './testing/factor-person.ts'

let node: TestNode
let bearer: string
useNode((world) => {
  ;({ node } = world)
  ;({ bearer } = world.owner)
})

const minutes = (count: number) => node.advance(count * 60_000)
const startTotp = () => ask(node, 'POST', '/v1/me/totp', bearer)
const begin = () =>
  ask<{ proofs: string[]; passkey: PasskeyRequest | null }>(node, 'POST', '/v1/sessions/current/step-up/begin', bearer)
const stepUp = (proof: object) =>
  ask<{ session: { secret: string } }>(node, 'POST', '/v1/sessions/current/step-up', bearer, { proof })

test('for ten minutes after signing in what is sensitive is allowed, then a fresh proof is asked for', async () => {
  minutes(9)
  assert.equal((await startTotp()).status, 201)
  minutes(2)
  const later = await startTotp()
  assert.deepEqual([later.status, later.problem.code], [403, 'access.step_up_needed'])
  const token = await ask(node, 'POST', '/v1/tokens', bearer, {})
  assert.equal(token.problem.code, 'access.step_up_needed')
  assert.equal((await ask(node, 'GET', '/v1/tokens', bearer)).status, 200)
})

test('without a factor the password proves it; the session gets a new secret and the old one is over', async () => {
  assert.deepEqual((await begin()).body, { proofs: ['password'], passkey: null })
  const wrong = await stepUp({ kind: 'password', password: 'not the password at all' })
  assert.deepEqual([wrong.status, wrong.problem.code], [403, 'step_up.refused'])
  assert.equal((await startTotp()).status, 403)
  const right = await stepUp({ kind: 'password', password: ownerPassword })
  assert.equal(right.status, 201)
  assert.equal((await ask(node, 'GET', '/v1/me', bearer)).status, 401)
  bearer = right.body.session.secret
  assert.equal((await startTotp()).status, 201)
})

test('no hash of a password that was shown is kept, though the caller sends an Idempotency-Key', async () => {
  const headers = { 'idempotency-key': 'step-up-0001' }
  const body = { proof: { kind: 'password', password: 'not the password at all' } }
  await node.call({ method: 'POST', path: '/v1/sessions/current/step-up', bearer, body, headers })
  const right = { proof: { kind: 'password', password: ownerPassword } }
  const call = { method: 'POST', path: '/v1/sessions/current/step-up', bearer, body: right, headers }
  bearer = (await node.call<{ session: { secret: string } }>(call)).body.session.secret
  const kept = await node.database.withTenant({ organisation: node.organisation }, (tx) =>
    tx.sql("SELECT 1 AS one FROM idempotency_keys WHERE operation = 'stepUp'"),
  )
  assert.deepEqual(kept, [])
})

test('with a factor the password proves nothing any more; the factor does', async () => {
  const { secret } = await addTotp(node, bearer)
  minutes(11)
  assert.deepEqual((await begin()).body.proofs, ['totp', 'recovery'])
  const password = await stepUp({ kind: 'password', password: ownerPassword })
  assert.equal(password.problem.code, 'step_up.refused')
  const factor = await stepUp({ kind: 'totp', code: readCode(node, secret) })
  assert.equal(factor.status, 201)
  bearer = factor.body.session.secret
  assert.equal((await startTotp()).status, 201)
})

test('a passkey proves it by a challenge of this session, once', async () => {
  const { authenticator } = await addPasskey(node, bearer)
  minutes(11)
  const { passkey } = (await begin()).body
  const answer = authenticator.use({ challenge: passkey?.challenge ?? '', ...place })
  const first = await stepUp({ kind: 'passkey', answer })
  assert.equal(first.status, 201)
  bearer = first.body.session.secret
  assert.equal((await stepUp({ kind: 'passkey', answer })).problem.code, 'step_up.refused')
})

test('a challenge of another session proves nothing', async () => {
  const { authenticator } = await addPasskey(node, bearer)
  const other = (await signIn(node)).pending?.passkey?.challenge ?? ''
  await begin()
  const answer = authenticator.use({ challenge: other, ...place })
  assert.equal((await stepUp({ kind: 'passkey', answer })).problem.code, 'step_up.refused')
})

test('a browser’s new secret is in its cookie and not in the answer', async () => {
  minutes(11)
  const { passkey } = (await begin()).body
  assert.ok(passkey)
  const headers = { cookie: `__Host-keyhold=${bearer}`, 'sec-fetch-site': 'same-origin' }
  const path = '/v1/sessions/current/step-up'
  const body = { proof: { kind: 'password', password: ownerPassword } }
  const answer = await node.call({ method: 'POST', path, headers, body })
  assert.equal(answer.problem.code, 'step_up.refused')
  assert.equal(answer.headers['set-cookie'], undefined)
})

test('KEB-15: wrong proofs are slowed as wrong passwords are', async () => {
  minutes(6)
  for (let attempt = 0; attempt < 10; attempt++) await stepUp({ kind: 'totp', code: '000000' })
  assert.equal((await stepUp({ kind: 'totp', code: '000000' })).problem.code, 'rate.limited')
})
