/** What is kept about people: told, agreed, taken away, erased, expired; over the real port, with the log verified. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import { noticeVersion, type Privacy } from '@keyhold/contract'
import { openCheckpoint, parseVerifierKey, verifyBundle, type Checkpoint } from '@keyhold/ledger'
import { addPasskey, addTotp } from '../factors/testing/factor-person.ts'
import { addPerson, type TestPerson } from '../setup/testing/add-person.ts'
import { ownerPassword, type TestNode, type TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'

let node: TestNode
let owner: TestOwner
useNode((world) => {
  ;({ node, owner } = world)
})

const day = 24 * 3600_000
type Who = Pick<TestPerson, 'bearer'>
const get = <T>({ bearer }: Who, path: string, from?: string) =>
  node.call<T>({ method: 'GET', path, bearer, ...(from !== undefined && { from }) })
const erase = ({ bearer }: Who) => node.call({ method: 'POST', path: '/v1/me/erase', bearer })
const exportLog = async (): Promise<string> => (await get<string>(owner, '/v1/audit/export')).body

async function* lines(text: string): AsyncGenerator<string> {
  yield* text.trimEnd().split('\n')
}

/** The checkpoint inside an exported log. */
async function checkpointOf(text: string): Promise<Checkpoint> {
  const { log } = JSON.parse(text.split('\n')[0] ?? '') as { log: string[] }

  const { checkpoint } = JSON.parse(text.split('\n')[1] ?? '') as { checkpoint: string }
  return openCheckpoint(checkpoint, { log: log.map(parseVerifierKey) })
}

const countFields = async (subject: string): Promise<number> => {
  const rows = await node.database.withTenant(node, (tx) =>
    tx.sql('SELECT id FROM ledger_personal WHERE subject = $1', [subject]),
  )
  return rows.length
}

test('CLN-08: a person is told which notice is in force, agrees to it once, and the log has it', async () => {
  const before = await get<Privacy>(owner, '/v1/me/privacy')
  assert.deepEqual(before.body, { notice: { version: noticeVersion, agreed: null }, retentionDays: 400 })
  const call = { method: 'POST', path: '/v1/me/consents', bearer: owner.bearer }
  const old = await node.call({ ...call, body: { version: '2020-01-01' } })
  assert.deepEqual([old.status, old.problem.code], [409, 'consent.outdated'])
  const given = await node.call<{ agreed: string }>({ ...call, body: { version: noticeVersion } })
  assert.equal(given.status, 201)
  node.advance(1000)
  const again = await node.call<{ agreed: string }>({ ...call, body: { version: noticeVersion } })
  assert.equal(again.body.agreed, given.body.agreed)
  assert.equal((await get<Privacy>(owner, '/v1/me/privacy')).body.notice.agreed, given.body.agreed)
  const entries = (await node.listEvents()).filter(({ action }) => action === 'consent.give')
  assert.deepEqual(
    entries.map(({ outcome }) => outcome),
    ['failure', 'success', 'success'],
  )
})

test('CLN-08: one’s export has account, sessions, consents and entries, and no field of anybody else', async () => {
  const eve = await addPerson(node, 'admin', 'eve@example.test', '127.0.0.66')
  // Eve tries to erase the owner: an entry that names the owner, from Eve's address.
  const person = await ownerId()
  const tried = await node.call({
    method: 'DELETE',
    path: `/v1/people/${person}/personal-data`,
    bearer: eve.bearer,
    from: '127.0.0.66',
  })
  assert.deepEqual([tried.status, tried.problem.code], [403, 'access.denied'])
  const { body, headers } = await get<Exported>(owner, '/v1/me/export', '127.0.0.5')
  assert.match(String(headers['content-disposition']), /attachment/)
  assert.equal(body.account.email, 'owner@example.test')
  assert.equal(body.sessions[0]?.address, '127.0.0.1')
  assert.deepEqual(
    body.consents.map(({ version }) => version),
    [noticeVersion],
  )
  const aboutOwner = body.entries.filter(({ entry }) => entry.action === 'person.erase')
  assert.equal(aboutOwner.length, 1)
  assert.deepEqual(aboutOwner[0]?.personal, [])
  assert.ok(!JSON.stringify(body).includes('127.0.0.66'))
  assert.ok(body.entries.some(({ personal }) => personal.some(({ value }) => value === '127.0.0.1')))
})

type Exported = {
  account: { email: string }
  sessions: { address: string; program: string | null }[]
  factors: {
    totp: { created: string } | null
    passkeys: { name: string; lastUsed: string | null }[]
    recoveryCodes: number
  }
  consents: { version: string }[]
  entries: { index: number; entry: { action: string }; personal: { label: string; value: unknown }[] }[]
}

async function ownerId(): Promise<string> {
  return (await get<{ id: string }>(owner, '/v1/me')).body.id
}

test('CLN-08: one’s export names programs and factors and holds no secret of them; erasure takes them all', async () => {
  const pia = await addPerson(node, 'viewer', 'pia@example.test', '127.0.0.8')
  const { secret, codes } = await addTotp(node, pia.bearer)
  await addPasskey(node, pia.bearer)
  const { body } = await get<Exported>(pia, '/v1/me/export')
  assert.equal(typeof body.sessions[0]?.program, 'string')
  assert.match(body.factors.totp?.created ?? '', /^2/)
  assert.deepEqual(
    body.factors.passkeys.map(({ name, lastUsed }) => [name, lastUsed]),
    [['a key', null]],
  )
  assert.equal(body.factors.recoveryCodes, codes?.length)
  const text = JSON.stringify(body)
  for (const hidden of [secret, ...(codes ?? []), pia.bearer, 'publicKey', 'hash', 'sealed']) {
    assert.ok(!text.includes(hidden), hidden)
  }
  assert.equal((await erase(pia)).status, 204)
  for (const table of ['totp_factors', 'passkeys', 'recovery_codes', 'sessions', 'pending_sign_ins']) {
    const left = await node.database.withTenant(node, (tx) =>
      tx.sql(`SELECT 1 FROM ${table} WHERE person = $1`, [pia.id]),
    )
    assert.equal(left.length, 0, table)
  }
})

test('the last owner cannot be erased, and stays signed in', async () => {
  const last = await erase(owner)
  assert.deepEqual([last.status, last.problem.code], [409, 'person.last_owner'])
  assert.equal((await get(owner, '/v1/me')).status, 200)
})

test('CLN-08: who erases themselves is gone; the log verifies as before, also from an old export', async () => {
  const ada = await addPerson(node, 'analyst', 'ada@example.test', '127.0.0.9')
  for (let call = 0; call < 3; call += 1) await get(ada, '/v1/me', '127.0.0.9')
  const agreed = { method: 'POST', path: '/v1/me/consents', bearer: ada.bearer, body: { version: noticeVersion } }
  await node.call({ ...agreed, headers: { 'idempotency-key': 'ada-agrees' } })
  const old = await exportLog()
  assert.ok(old.includes('127.0.0.9'))
  // Reads under way while the erasure commits must not bring the address back.
  const [done] = await Promise.all([erase(ada), get(ada, '/v1/me', '127.0.0.9')])
  assert.equal(done.status, 204)
  assert.equal((await get(ada, '/v1/me')).status, 401)
  assert.equal(await countFields(ada.id), 0)
  const left = await node.database.withTenant(node, (tx) =>
    tx.sql<{ count: number }>(
      `SELECT (SELECT count(*) FROM people WHERE id = $1) + (SELECT count(*) FROM sessions WHERE person = $1)
         + (SELECT count(*) FROM consents WHERE person = $1) + (SELECT count(*) FROM idempotency_keys WHERE principal = $1)
         AS count`,
      [ada.id],
    ),
  )
  assert.equal(left[0]?.count, 0)
  const now = await exportLog()
  assert.ok(!now.includes('127.0.0.9'))
  assert.ok(now.includes(ada.id))
  assert.equal((await verifyBundle(lines(old))).ok, true)
  const verdict = await verifyBundle(lines(now), { knownCheckpoint: await checkpointOf(old) })
  assert.equal(verdict.ok, true, JSON.stringify(verdict))
  const entry = (await node.listEvents()).find(({ action }) => action === 'person.erase_self')
  assert.ok(entry)
})

test('CLN-08: an owner erases a member, then what came about them later; an admin cannot erase an owner', async () => {
  const bob = await addPerson(node, 'viewer', 'bob@example.test', '127.0.0.12')
  const remove = (id: string, { bearer }: Who) =>
    node.call({ method: 'DELETE', path: `/v1/people/${id}/personal-data`, bearer })
  assert.equal((await remove(bob.id, owner)).status, 204)
  assert.equal((await get(bob, '/v1/me')).status, 401)
  assert.equal(await countFields(bob.id), 0)
  const again = await remove(bob.id, owner)
  assert.deepEqual([again.status, again.problem.code], [404, 'person.unknown'])
  assert.equal((await remove(await ownerId(), owner)).status, 403)
  assert.equal((await remove(randomUUIDv7(), owner)).status, 404)
  const viewer = await addPerson(node, 'viewer', 'vic@example.test')
  assert.equal((await remove(randomUUIDv7(), viewer)).status, 403)
})

test('CLN-08: personal fields expire after the organisation’s period, with an entry, and the log still verifies', async () => {
  const call = { method: 'PUT', path: '/v1/privacy/retention', bearer: owner.bearer }
  assert.equal((await node.call({ ...call, body: { days: 5 } })).status, 400)
  assert.equal((await node.call({ ...call, body: { days: 30 } })).status, 200)
  const person = await ownerId()
  const old = await exportLog()
  assert.ok((await countFields(person)) > 0)
  await node.personal.sweep()
  assert.ok((await countFields(person)) > 0)
  node.advance(31 * day)
  await node.personal.sweep()
  assert.equal(await countFields(person), 0)
  const sessions = await node.database.withTenant(node, (tx) => tx.sql('SELECT id FROM sessions'))
  assert.equal(sessions.length, 0)
  const signIn = {
    method: 'POST',
    path: '/v1/sessions',
    body: { email: 'owner@example.test', password: ownerPassword },
  }
  const { body } = await node.call<{ session: { secret: string } }>(signIn)
  owner = { ...owner, bearer: body.session.secret }
  const now = await exportLog()
  assert.equal((await verifyBundle(lines(now), { knownCheckpoint: await checkpointOf(old) })).ok, true)
  const { action, actor } = (await node.listEvents()).findLast((event) => event.action === 'personal.expire') ?? {}
  assert.deepEqual([action, actor], ['personal.expire', 'system'])
})
