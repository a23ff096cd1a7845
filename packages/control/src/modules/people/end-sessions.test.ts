/** Signing another member out: owners and admins may, within what they may change (ASVS V7.4.5). */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import { addMember, memberPassword } from '../setup/testing/add-member.ts'
import type { TestNode, TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'

let node: TestNode
let owner: TestOwner
useNode((world) => {
  ;({ node, owner } = world)
})
const end = async (person: string, bearer: string) => {
  const { status, problem } = await node.call({ method: 'POST', path: `/v1/people/${person}/sessions/end`, bearer })
  return status === 204 ? 'ended' : problem.code
}
const readSelf = async (bearer: string) =>
  (await node.call<{ id: string }>({ method: 'GET', path: '/v1/me', bearer })).status
const signIn = async (email: string) => {
  const call = { method: 'POST', path: '/v1/sessions', body: { email, password: memberPassword } }
  return (await node.call<{ session: { secret: string } }>(call)).body.session.secret
}

test('V7.4.5: an admin ends all sessions of one member at once; others go on, and the account stays', async () => {
  const [admin, ann, ben] = [
    await addMember(node, owner, 'admin'),
    await addMember(node, owner, 'analyst'),
    await addMember(node, owner, 'viewer'),
  ]
  const sessions = [ann.bearer, await signIn(ann.email)]
  for (const bearer of sessions) assert.equal(await readSelf(bearer), 200)
  assert.equal(await end(ann.id, admin.bearer), 'ended')
  for (const bearer of sessions) assert.equal(await readSelf(bearer), 401)
  assert.deepEqual([await readSelf(ben.bearer), await readSelf(admin.bearer)], [200, 200])
  assert.equal(await readSelf(await signIn(ann.email)), 200)
  assert.equal(await end(ann.id, owner.bearer), 'ended')
})

test('attack: nobody signs an owner, themselves by this call, or a stranger out; who may not manage signs nobody out', async () => {
  const [admin, viewer] = [await addMember(node, owner, 'admin'), await addMember(node, owner, 'viewer')]
  const self = await node.call<{ id: string }>({ method: 'GET', path: '/v1/me', bearer: owner.bearer })
  assert.equal(await end(self.body.id, admin.bearer), 'person.owners_only')
  assert.equal(await end(admin.id, admin.bearer), 'person.self')
  assert.equal(await end(randomUUIDv7(), admin.bearer), 'person.unknown')
  assert.equal(await end(admin.id, viewer.bearer), 'access.denied')
  assert.equal(await readSelf(owner.bearer), 200)
})
