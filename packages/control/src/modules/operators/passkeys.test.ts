/** An operator's own passkeys and sessions over the real port. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CallOutput, PasskeyCreation } from '@keyhold/contract'
import { createSoftAuthenticator, type SoftAuthenticator } from '../factors/testing/soft-authenticator.ts'
import { startWorkNode, type WorkNode } from '../jobs/testing/work-node.ts'
import { readJson, startWorkDatabase, type HttpAnswer, type WorkDatabase } from '../jobs/testing/work-world.ts'
import { askAsOperator, outcomeOf } from './testing/ask-as-operator.ts'
import { enrol, host, inviteFromHost, readOperatorCookie, signIn, type Enrolled } from './testing/enrol-operator.ts'

let database: WorkDatabase
let node: WorkNode
let ada: Enrolled
let bo: Enrolled

before(async () => {
  database = await startWorkDatabase()
  node = await startWorkNode({ ...database, credentials: 'real' })
  ada = await enrol(node, await inviteFromHost(node, database, 'Ada', ['monitoring']))
  bo = await enrol(node, await inviteFromHost(node, database, 'Bo', ['monitoring']))
})
after(async () => {
  await node?.stop()
  await database?.stop()
})

const place = { origin: `https://${host}`, rpId: host }
type Signed = Pick<Enrolled, 'secret'>
const ask = (who: Signed, method: string, path: string, body?: object): Promise<HttpAnswer> =>
  askAsOperator(node, who, method, path, body)
const list = async (who: Signed) =>
  readJson<CallOutput<'listOperatorPasskeys'>>(await ask(who, 'GET', 'passkeys')).passkeys
const begin = async (who: Signed) => readJson<PasskeyCreation>(await ask(who, 'POST', 'passkeys/begin'))
const add = (who: Signed, challenge: string, authenticator: SoftAuthenticator, name = 'A key') =>
  ask(who, 'POST', 'passkeys', { name, challenge, answer: authenticator.make({ challenge, ...place }) })
const enter = async (authenticator: SoftAuthenticator): Promise<Signed> => ({
  secret: readOperatorCookie(await signIn(node, authenticator)),
})

test('a second passkey is added, named and removed; each signs in while it is there, and the last one stays', async () => {
  const second = createSoftAuthenticator()
  const offered = await begin(ada)
  assert.equal(offered.excludeCredentials.length, 1)
  assert.equal(outcomeOf(await add(ada, offered.challenge, second, 'Safe')), '201')
  const [first, other] = await list(ada)
  assert.deepEqual([first?.name, other?.name], [null, 'Safe'])
  assert.equal(outcomeOf(await ask(ada, 'PATCH', `passkeys/${first?.id}`, { name: 'Desk' })), '200')
  assert.equal((await list(ada))[0]?.name, 'Desk')
  const bySecond = await enter(second)
  assert.equal(outcomeOf(await ask(bySecond, 'GET', 'me')), '200')
  assert.equal(outcomeOf(await ask(ada, 'DELETE', `passkeys/${other?.id}`)), '204')
  assert.equal(outcomeOf(await ask(bySecond, 'GET', 'me')), '401 access.unauthenticated')
  assert.equal(outcomeOf(await ask(ada, 'GET', 'me')), '200')
  assert.equal(outcomeOf(await signIn(node, second)), '401 operator.refused')
  assert.equal(outcomeOf(await ask(ada, 'DELETE', `passkeys/${first?.id}`)), '409 operator.last_passkey')
})

test('adding and removing a passkey takes a fresh proof', async () => {
  const [own] = await list(ada)
  const { challenge } = await begin(ada)
  node.advance(10 * 60_000 + 1000)
  const needed = '403 access.step_up_needed'
  assert.equal(outcomeOf(await ask(ada, 'POST', 'passkeys/begin')), needed)
  assert.equal(outcomeOf(await add(ada, challenge, createSoftAuthenticator())), needed)
  assert.equal(outcomeOf(await ask(ada, 'DELETE', `passkeys/${own?.id}`)), needed)
  node.advance(-10 * 60_000 - 1000)
})

test('attack: a passkey of another session’s, another use’s, an old or a used challenge is not added', async () => {
  const refused = '403 operator.passkey_refused'
  const other = await enter(ada.authenticator)
  const { challenge } = await begin(ada)
  assert.equal(outcomeOf(await add(other, challenge, createSoftAuthenticator())), refused)
  assert.equal(outcomeOf(await add(bo, challenge, createSoftAuthenticator())), refused)
  const stepUp = readJson<{ challenge: string }>(await ask(ada, 'POST', 'step-up/begin'))
  assert.equal(outcomeOf(await add(ada, stepUp.challenge, createSoftAuthenticator())), refused)
  const before = await list(ada)
  const twice = [createSoftAuthenticator(), createSoftAuthenticator()]
  const answers = await Promise.all(twice.map((one) => add(ada, challenge, one)))
  assert.deepEqual(answers.map(outcomeOf).toSorted(), ['201', refused])
  assert.equal((await list(ada)).length, before.length + 1)
  const late = await begin(ada)
  node.advance(5 * 60_000 + 1000)
  assert.equal(outcomeOf(await add(ada, late.challenge, createSoftAuthenticator())), refused)
  node.advance(-5 * 60_000 - 1000)
})

test('attack: one passkey is not two operators’, and nobody names or removes another one’s', async () => {
  const { challenge } = await begin(bo)
  assert.equal(outcomeOf(await add(bo, challenge, ada.authenticator)), '409 operator.passkey_known')
  const [own] = await list(ada)
  const unknown = '404 operator.unknown_passkey'
  assert.equal(outcomeOf(await ask(bo, 'PATCH', `passkeys/${own?.id}`, { name: 'Mine' })), unknown)
  assert.equal(outcomeOf(await ask(bo, 'DELETE', `passkeys/${own?.id}`)), unknown)
})

test('attack: of two removals at once that would leave none, one passkey stays', async () => {
  const cy = await enrol(node, await inviteFromHost(node, database, 'Cy', ['monitoring']))
  await add(cy, (await begin(cy)).challenge, createSoftAuthenticator())
  const known = await list(cy)
  const answers = await Promise.all(known.map(({ id }) => ask(cy, 'DELETE', `passkeys/${id}`)))
  assert.deepEqual(answers.map(outcomeOf).toSorted(), ['204', '409 operator.last_passkey'])
  assert.equal((await list(cy)).length, 1)
})

test('there are ten passkeys at most', async () => {
  const many = await enrol(node, await inviteFromHost(node, database, 'Many', ['monitoring']))
  for (let made = 1; made < 10; made += 1) {
    assert.equal(outcomeOf(await add(many, (await begin(many)).challenge, createSoftAuthenticator())), '201')
  }
  assert.equal(outcomeOf(await ask(many, 'POST', 'passkeys/begin')), '409 operator.too_many_passkeys')
})

test('all sessions but one’s own are ended at once', async () => {
  const others = [await enter(bo.authenticator), await enter(bo.authenticator)]
  const answer = await ask(bo, 'POST', 'sessions/end-others')
  assert.deepEqual(readJson(answer), { ended: 2 })
  for (const other of others) assert.equal((await ask(other, 'GET', 'me')).status, 401)
  assert.equal((await ask(bo, 'GET', 'me')).status, 200)
  assert.equal((await ask(ada, 'GET', 'me')).status, 200)
})
