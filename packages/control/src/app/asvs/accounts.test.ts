/** ASVS chapters 1, 6, 7, 15: passwords as they are, addresses that are not believed, text that stays text. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import { insertOrganisation } from '../../modules/setup/store.ts'
import {
  claimBody,
  ownerEmail,
  ownerPassword,
  type TestNode,
  type TestOwner,
} from '../../modules/setup/testing/test-node.ts'
import { useNode } from '../../modules/setup/testing/use-node.ts'

let node: TestNode
let owner: TestOwner
useNode((world) => void ({ node, owner } = world))

type Session = { session: { secret: string } }
const signIn = (email: string, password: string, more: { from?: string; headers?: Record<string, string> } = {}) =>
  node.call<Session>({ method: 'POST', path: '/v1/sessions', body: { email, password }, ...more })

async function claim(password: string, email: string): Promise<number> {
  const organisation = randomUUIDv7()
  await node.database.withTenant({ organisation }, (tx) =>
    insertOrganisation(tx, organisation, '2026-01-01T00:00:00.000Z'),
  )
  const plane = await node.addOrganisation(organisation)
  const { body } = await claimBody(plane, organisation)
  return (await node.call({ method: 'POST', path: '/v1/setup', body: { ...body, password, email } })).status
}

test('V6.3.2: nobody has an account whom nobody made one: after set-up there is its owner alone', async () => {
  const { bearer } = owner
  const { body } = await node.call<{ people: { email: string }[] }>({ method: 'GET', path: '/v1/people', bearer })
  assert.deepEqual(
    body.people.map(({ email }) => email),
    [ownerEmail.toLowerCase()],
  )
  for (const name of ['root', 'admin', 'administrator', 'keyhold', 'postgres', 'demo', 'test'])
    assert.notEqual((await signIn(`${name}@localhost`, name, { from: `127.8.${name.length}.1` })).status, 201)
})

test('V6.2.8: a password counts whole, to the letter: cut, longer, trimmed or in other case it is wrong', async () => {
  const near = [ownerPassword.slice(0, -1), `${ownerPassword}x`, `${ownerPassword} `, ownerPassword.toUpperCase()]
  for (const [index, password] of near.entries()) {
    assert.equal((await signIn(ownerEmail, password, { from: `127.9.${index}.1` })).status, 401)
  }
  assert.equal((await signIn(ownerEmail, ownerPassword)).status, 201)
})

test('V6.2.1, V6.2.5, V6.2.9: 14 characters are too few; 15 of any kind, and 200, will do', async () => {
  assert.equal(await claim('ab quartz hum 7', 'short@example.test'), 201)
  assert.equal(await claim('ab quartz hum ', 'shorter@example.test'), 400)
  const long = Array.from({ length: 25 }, (_, index) => `heron${index * 7919}`).join(' ')
  assert.equal(await claim(long, 'long@example.test'), 201)
  assert.equal((await signIn('long@example.test', long)).status, 201)
  assert.equal((await signIn('long@example.test', long.slice(0, 72))).status, 401)
  assert.equal(await claim('ещё не вечер, друзья', 'script@example.test'), 201)
})

test('V7.2.4, V7.2.3: each sign-in gives a session of its own, never one that was offered', async () => {
  const offered = { cookie: `__Host-keyhold=kh_ses_${'x'.repeat(43)}_xxxxxx` }
  const secrets = new Set<string>()
  for (let i = 0; i < 3; i += 1) {
    const { body } = await signIn(ownerEmail, ownerPassword, { headers: offered })
    assert.match(body.session.secret, /^kh_ses_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/)
    secrets.add(body.session.secret)
  }
  assert.equal(secrets.size, 3)
})

test('V15.3.4, V4.1.3, V6.3.1: another address in a header does not help who guesses', async () => {
  const from = '127.77.7.7'
  let status = 401
  for (let i = 0; i < 12 && status === 401; i += 1) {
    const headers = { 'x-forwarded-for': `10.0.0.${i}`, forwarded: `for=10.0.0.${i}`, 'x-real-ip': `10.0.0.${i}` }
    ;({ status } = await signIn(`nobody-${i}@example.test`, 'a wrong password', { from, headers }))
  }
  assert.equal(status, 428)
})

const texts = [
  "'; DROP TABLE projects; --",
  "' OR '1'='1",
  '"; SELECT pg_sleep(10); --',
  '<script>alert(1)</script>',
  '{{7*7}} ${7*7} #{7*7} %s%n',
  '$(id) `id` | id && id',
  'a\r\nSet-Cookie: x=y',
  'javascript:alert(1)',
  '../../etc/passwd',
  '=cmd|calc!A1',
  '__proto__',
  '\u202eevil',
]

test('V1.2.4, V1.1.2, V1.3.3, V1.3.10: whatever a text looks like, it is kept and given back as it was', async () => {
  const bearer = owner.bearer
  for (const name of texts) {
    const made = await node.call<{ project: { id: string; name: string } }>({
      method: 'POST',
      path: '/v1/projects',
      bearer,
      body: { name },
    })
    assert.equal(made.status, 201, name)
    assert.equal(made.headers['content-type'], 'application/json; charset=utf-8')
    const { body } = await node.call<{ projects: { name: string }[] }>({ method: 'GET', path: '/v1/projects', bearer })
    assert.ok(
      body.projects.some((project) => project.name === name),
      name,
    )
  }
})

test('V2.3.1, V2.3.4: a flow starts at its beginning and is gone through once, also by many at a time', async () => {
  const { body } = await claimBody(node.plane, node.organisation)
  const again = await Promise.all([1, 2, 3].map(() => node.call({ method: 'POST', path: '/v1/setup', body })))
  assert.deepEqual(new Set(again.map(({ status }) => status)).has(201), false)
})

test('V8.2.2: ids of others, and of nothing, get the same answer', async () => {
  for (const path of [`/v1/projects/${randomUUIDv7()}/tables`, `/v1/projects/${randomUUIDv7()}/keys`]) {
    const { status, problem } = await node.call({ method: 'GET', path, bearer: owner.bearer })
    assert.deepEqual([status, problem.code], [404, 'project.unknown'])
  }
})

test('V6.2.10: a password stays right however old it is', async () => {
  node.advance(2 * 365 * 24 * 3600_000)
  assert.equal((await signIn(ownerEmail, ownerPassword, { from: '127.50.1.1' })).status, 201)
})
