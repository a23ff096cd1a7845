/** A password that is long enough beside a second factor only is never left alone (ASVS V6.2.1, NIST SP 800-63B-4). */
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { ownerEmail, ownerPassword, type TestNode } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import { addPasskey, addTotp, ask, complete, readCode, type SignedIn } from './testing/factor-person.ts'

let node: TestNode
let secret: string
let bearer: string
let password = ownerPassword
useNode(async (world) => {
  ;({ node } = world)
  ;({ bearer } = world.owner)
  ;({ secret } = await addTotp(node, bearer))
})
/** Codes of earlier tests are over then; the proof of the sign-in is not. */
beforeEach(() => node.advance(60_000))

async function change(chosen: string): Promise<void> {
  const body = { current: password, password: chosen }
  const answer = await ask(node, 'POST', '/v1/me/password', bearer, body)
  assert.equal(answer.status, 204, answer.problem?.code)
  password = chosen
}
const remove = async (path: string) => {
  const { status, problem } = await ask(node, 'DELETE', path, bearer)
  return status === 204 ? 'removed' : `${status} ${problem.code}`
}
const isShort = async () => {
  const rows = await node.test.readAsAdmin<{ short: boolean }>('SELECT password_short AS short FROM people')
  return rows[0]?.short
}

test('the last second factor stays beside a password of eight characters; another one can go', async () => {
  await change('vy7+qk2m')
  assert.equal(await isShort(), true)
  const { id } = await addPasskey(node, bearer)
  assert.equal(await remove(`/v1/me/passkeys/${id}`), 'removed')
  assert.equal(await remove('/v1/me/totp'), '409 factor.password_short')
  const kept = await ask<{ totp: object | null; recoveryCodes: number }>(node, 'GET', '/v1/me/security', bearer)
  assert.ok(kept.body.totp !== null && kept.body.recoveryCodes === 10, 'nothing of it was removed')
})

test('two factors that are removed at once do not both go', async () => {
  const { id } = await addPasskey(node, bearer)
  const both = await Promise.all([remove(`/v1/me/passkeys/${id}`), remove('/v1/me/totp')])
  assert.deepEqual(both.toSorted(), ['409 factor.password_short', 'removed'])
  if (both[1] === 'removed') ({ secret } = await addTotp(node, bearer))
})

test('a password of whose length nobody knows counts as short until it is shown at a sign-in', async () => {
  await change(`${ownerPassword} anew`)
  assert.equal(await isShort(), false)
  await node.database.withTenant(node, (tx) => tx.sql('UPDATE people SET password_short = true', []))
  await ask(node, 'DELETE', '/v1/me/passkeys/00000000-0000-7000-8000-000000000000', bearer)
  const body = { email: ownerEmail, password }
  const signedIn = await ask<SignedIn>(node, 'POST', '/v1/sessions', undefined, body)
  assert.equal(await isShort(), false)
  const opened = await complete(node, signedIn.body, { kind: 'totp', code: readCode(node, secret) })
  bearer = opened.body.session?.secret ?? assert.fail(opened.problem?.code)
})

test('with a password of fifteen characters the last factor can go', async () => {
  const left = await ask<{ passkeys: { id: string }[] }>(node, 'GET', '/v1/me/security', bearer)
  for (const { id } of left.body.passkeys) assert.equal(await remove(`/v1/me/passkeys/${id}`), 'removed')
  assert.equal(await remove('/v1/me/totp'), 'removed')
})
