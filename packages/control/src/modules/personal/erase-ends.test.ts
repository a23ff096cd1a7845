/** What ends with an erased account, as with a removed member: what it offered, and what it acts by. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addMember, memberPassword } from '../setup/testing/add-member.ts'
import { addPerson } from '../setup/testing/add-person.ts'
import type { TestNode, TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'

let node: TestNode
let owner: TestOwner
useNode((world) => {
  ;({ node, owner } = world)
})
const erase = (bearer: string) => node.call({ method: 'POST', path: '/v1/me/erase', bearer })
const invite = async (bearer: string, email: string) => {
  const body = { email, role: 'viewer' }
  const call = { method: 'POST', path: '/v1/invitations', bearer, body }
  return (await node.call<{ secret: string }>(call)).body.secret
}
const accept = (secret: string, email: string) => {
  const body = { organisation: owner.organisation, secret, email, password: memberPassword }
  return node.call({ method: 'POST', path: '/v1/invitations/accept', body })
}

test('an invitation by who was erased lets nobody in: not by oneself, not by an owner', async () => {
  const [ann, ben] = [await addMember(node, owner, 'admin'), await addMember(node, owner, 'admin')]
  const offers = [await invite(ann.bearer, 'one@example.test'), await invite(ben.bearer, 'two@example.test')]
  assert.equal((await erase(ann.bearer)).status, 204)
  const path = `/v1/people/${ben.id}/personal-data`
  assert.equal((await node.call({ method: 'DELETE', path, bearer: owner.bearer })).status, 204)
  for (const [at, email] of ['one@example.test', 'two@example.test'].entries()) {
    const answer = await accept(offers[at] ?? '', email)
    assert.deepEqual([answer.status, answer.problem.code], [403, 'invitation.refused'])
  }
})

test('own tokens of who was erased are ended, not only refused', async () => {
  const ann = await addMember(node, owner, 'analyst')
  await node.database.withTenant(node, (tx) =>
    tx.sql(
      `INSERT INTO tokens (organisation, id, project, name, kind, person, hash, public_key, scopes, created, expires)
       SELECT organisation, gen_random_uuid(), id, 'x', 'usr', $1, '\\x01', 'x', '[]', now(), now() + interval '1 day'
       FROM projects LIMIT 1`,
      [ann.id],
    ),
  )
  assert.equal((await erase(ann.bearer)).status, 204)
  const rows = await node.test.readAsAdmin<{ ended: boolean }>(
    'SELECT revoked IS NOT NULL AS ended FROM tokens WHERE person = $1',
    [ann.id],
  )
  assert.deepEqual(rows, [{ ended: true }])
})

test('attack: an old session alone erases nobody: a fresh proof is asked for, and one that was taken away is none', async () => {
  const mallory = await addPerson(node, 'viewer', 'mallory@example.test')
  node.advance(11 * 60_000)
  const asked = await erase(mallory.bearer)
  assert.deepEqual([asked.status, asked.problem.code], [403, 'access.step_up_needed'])
  const proof = { kind: 'password', password: mallory.password }
  const call = { method: 'POST', path: '/v1/sessions/current/step-up', bearer: mallory.bearer }
  const wrong = await node.call({ ...call, body: { proof: { ...proof, password: 'not the password' } } })
  assert.equal(wrong.problem.code, 'step_up.refused')
  assert.equal((await erase(mallory.bearer)).problem.code, 'access.step_up_needed')
  const proven = await node.call<{ session: { secret: string } }>({ ...call, body: { proof } })
  assert.equal((await erase(proven.body.session.secret)).status, 204)
  node.advance(-11 * 60_000)
})

test('of two owners who erase themselves at the same moment one stays', async () => {
  const { bearer } = await addPerson(node, 'owner', 'second@example.test')
  const answers = await Promise.all([erase(bearer), erase(owner.bearer)])
  const outcomes = answers.map(({ status, problem }) => (status === 204 ? 'erased' : problem.code))
  assert.deepEqual(outcomes.toSorted(), ['erased', 'person.last_owner'])
})
