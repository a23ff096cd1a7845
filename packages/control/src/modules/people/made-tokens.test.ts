/** Tokens of programs that a member made: the organisation's, which ends them with the membership only if it says so. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Token } from '@keyhold/contract'
import type { Static } from 'typebox'
import { makeConnector, type Connector } from '../provisioning/testing/connector.ts'
import { addMember } from '../setup/testing/add-member.ts'
import { makeToken, type MadeToken } from '../setup/testing/sign-token.ts'
import { ownerEmail, type TestNode, type TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'

let node: TestNode
let owner: TestOwner
let idp: Connector
useNode(async (world) => {
  ;({ node, owner } = world)
  idp = await makeConnector(node, owner.bearer)
})

/** A token of a program, as if the person had made it. */
async function makeTokenOf(person: string, name = 'a program'): Promise<MadeToken> {
  const token = await makeToken(node, owner, [{ bucket: 'sales', access: 'read' }])
  await node.database.withTenant(node, (tx) =>
    tx.sql('UPDATE tokens SET created_by = $2, name = $3 WHERE id = $1', [token.id, person, name]),
  )
  return token
}

const remove = (person: string, query = '', bearer = owner.bearer) =>
  node.call({ method: 'DELETE', path: `/v1/people/${person}${query}`, bearer })
const use = async ({ secret }: MadeToken) =>
  (await node.call({ method: 'GET', path: `/v1/projects/${owner.project}/tables`, bearer: secret })).status
const readToken = async (id: string) => {
  const { body } = await node.call<{ tokens: Static<typeof Token>[] }>({
    method: 'GET',
    path: '/v1/tokens',
    bearer: owner.bearer,
  })
  return body.tokens.find((token) => token.id === id)
}

test('tokens that a removed member made stay, and the list says who made them', async () => {
  const ann = await addMember(node, owner, 'admin')
  const token = await makeTokenOf(ann.id)
  assert.equal((await remove(ann.id)).status, 204)
  assert.equal(await use(token), 200)
  assert.deepEqual([(await readToken(token.id))?.createdBy, (await readToken(token.id))?.revoked], [ann.id, null])
})

test('with the removal they end at once, each with an entry; nobody else’s do', async () => {
  const [ann, ben] = [await addMember(node, owner, 'admin'), await addMember(node, owner, 'admin')]
  const [one, two, other] = [await makeTokenOf(ann.id), await makeTokenOf(ann.id), await makeTokenOf(ben.id)]
  assert.deepEqual([await use(one), await use(two), await use(other)], [200, 200, 200])
  assert.equal((await remove(ann.id, '?tokens=end')).status, 204)
  assert.deepEqual([await use(one), await use(two), await use(other)], [401, 401, 200])
  const events = await node.listEvents()
  const ended = events.filter(({ action, object }) => action === 'token.revoke' && object !== null)
  assert.deepEqual(
    ended.map(({ object, actor, outcome }) => `${object} ${actor} ${outcome}`).toSorted(),
    [one, two].map(({ id }) => `token ${id} person success`).toSorted(),
  )
})

test('attack: who may not remove the member ends no token either', async () => {
  const [viewer, admin] = [await addMember(node, owner, 'viewer'), await addMember(node, owner, 'admin')]
  const second = await addMember(node, owner, 'owner')
  const token = await makeTokenOf(second.id)
  assert.equal((await remove(second.id, '?tokens=end', viewer.bearer)).status, 403)
  const refused = await remove(second.id, '?tokens=end', admin.bearer)
  assert.deepEqual([refused.status, refused.problem.code], [403, 'person.owners_only'])
  assert.equal((await remove(admin.id, '?tokens=some')).status, 400)
  assert.equal(await use(token), 200)
})

const off = (id: string) => idp.patch(`/Users/${id}`, { op: 'replace', value: { active: false } })
const mailed = () => node.mails.filter(({ subject }) => /deprovisioned/.test(subject))

test('CLN-07: who is deprovisioned leaves them working, and the owners that are left are mailed the list once', async () => {
  const second = await addMember(node, owner, 'owner', 'second@example.test')
  const away = await addMember(node, owner, 'owner', 'away@example.test')
  assert.equal((await off(away.id)).status, 200)
  const { id, userName } = await idp.addUser('deprovisioned@example.test')
  const token = await makeTokenOf(id, 'nightly load')
  const before = mailed().length
  assert.equal((await off(id)).status, 200)
  assert.equal(await use(token), 200)
  const mails = mailed().slice(before)
  assert.ok(mails.some(({ to }) => to === ownerEmail.toLowerCase()) && mails.some(({ to }) => to === second.email))
  assert.ok(!mails.some(({ to }) => to === away.email || to === userName))
  for (const { text } of mails) {
    assert.ok(text.includes(`nightly load (${token.id})`) && text.includes(userName) && !text.includes(token.secret))
  }
  assert.equal((await idp.call('DELETE', `/Users/${id}`)).status, 204)
  assert.equal(mailed().length, before + mails.length)
})

test('of somebody who made no token nobody is mailed; of who is deleted without being suspended before, they are', async () => {
  const before = mailed().length
  const [none, some] = [await idp.addUser('none@example.test'), await idp.addUser('some@example.test')]
  assert.equal((await off(none.id)).status, 200)
  assert.equal(mailed().length, before)
  await makeTokenOf(some.id)
  assert.equal((await idp.call('DELETE', `/Users/${some.id}`)).status, 204)
  assert.ok(mailed().length > before)
})
