import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { ownerEmail, ownerPassword, type TestNode } from '../setup/testing/test-node.ts'
import { hashSecret } from '../tokens/index.ts'
import { useNode } from '../setup/testing/use-node.ts'

type SignedIn = { organisation: string; session: { secret: string; expires: string } | null }

let node: TestNode
useNode((world) => void ({ node } = world))

const signIn = (body: object, more: { headers?: Record<string, string>; from?: string } = {}) =>
  node.call<SignedIn>({ method: 'POST', path: '/v1/sessions', body, ...more })
const readSelf = (bearer: string) => node.call({ method: 'GET', path: '/v1/me', bearer })
const right = { email: ownerEmail, password: ownerPassword }
const idle = 12 * 3600_000

async function openSession(): Promise<string> {
  const answer = await signIn(right)
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return answer.body.session?.secret ?? ''
}

test('CLU-11: signing in gives a session that ends at once when its owner signs out', async () => {
  const bearer = await openSession()
  assert.equal((await readSelf(bearer)).status, 200)
  const out = await node.call({ method: 'DELETE', path: '/v1/sessions/current', bearer })
  assert.equal(out.status, 204, JSON.stringify(out.body))
  const refused = await readSelf(bearer)
  assert.deepEqual([refused.status, refused.problem.code], [401, 'access.unauthenticated'])
})

test('an address is found in any spelling of upper and lower case', async () => {
  assert.equal((await signIn({ ...right, email: ownerEmail.toUpperCase() })).status, 201)
})

test('an unknown address and a wrong password get the same answer', async () => {
  const password = 'not the password at all'
  const answers = await Promise.all(
    [ownerEmail, 'nobody@example.test'].map((email) => signIn({ email, password }, { from: '127.0.9.1' })),
  )
  const [known, unknown] = answers.map(({ status, body }) => ({ status, body }))
  assert.deepEqual(known, unknown)
  assert.deepEqual([known?.status, answers[0]?.problem.code], [401, 'sign_in.refused'])
})

/** Attempts of earlier tests are forgotten then. */
beforeEach(() => node.advance(5 * 60_000))

test('KEB-15: after ten wrong attempts in five minutes an account is slowed, whatever comes next', async () => {
  for (let attempt = 0; attempt < 10; attempt++) {
    const answer = await signIn({ ...right, password: `wrong ${attempt}` }, { from: `127.1.${attempt}.1` })
    assert.equal(answer.status, 401)
  }
  const slowed = await signIn(right, { from: '127.1.99.1' })
  assert.deepEqual([slowed.status, slowed.problem.code], [429, 'rate.limited'])
  const wait = Number(slowed.headers['retry-after'])
  assert.ok(wait > 0 && wait <= 300, String(wait))
  node.advance(wait * 1000)
  assert.equal((await signIn(right, { from: '127.1.99.1' })).status, 201)
})

test('KEB-15: ten wrong attempts from one block of addresses slow that block, and no other', async () => {
  const attempts = Array.from({ length: 14 }, (_, index) =>
    signIn({ email: `person${index}@example.test`, password: 'wrong' }, { from: `127.2.0.${index + 1}` }),
  )
  const statuses = (await Promise.all(attempts)).map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 429).length, 4, String(statuses))
  assert.equal((await signIn(right, { from: '127.2.0.77' })).status, 429)
  assert.equal((await signIn(right, { from: '127.2.1.77' })).status, 201)
})

test('a browser gets a __Host- cookie and no secret in the body', async () => {
  const answer = await signIn({ ...right, browser: true })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  assert.equal(answer.body.session, null)
  const [header = ''] = answer.headers['set-cookie'] ?? []
  const [pair = '', ...attributes] = header.split('; ')
  assert.match(pair, /^__Host-keyhold=kh_ses_/)
  for (const attribute of ['Path=/', 'Secure', 'HttpOnly', 'SameSite=Strict'])
    assert.ok(attributes.includes(attribute), header)
  const self = (headers: Record<string, string>) =>
    node.call({ method: 'GET', path: '/v1/me', headers: { cookie: pair, ...headers } })
  assert.equal((await self({ 'sec-fetch-site': 'same-origin' })).status, 200)
  assert.equal((await self({ 'sec-fetch-site': 'cross-site' })).problem.code, 'access.cross_site')
  const signOut = (headers: Record<string, string>) =>
    node.call({ method: 'DELETE', path: '/v1/sessions/current', headers: { cookie: pair, ...headers } })
  assert.equal((await signOut({})).problem.code, 'access.cross_site')
  assert.equal((await signOut({ origin: 'https://elsewhere.test' })).problem.code, 'access.cross_site')
  const out = await signOut({ 'sec-fetch-site': 'same-origin' })
  assert.equal(out.status, 204)
  assert.match(String(out.headers['set-cookie']), /^__Host-keyhold=;/)
  assert.equal((await self({ 'sec-fetch-site': 'same-origin' })).status, 401)
})

test('another site cannot sign a browser in', async () => {
  const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.test' }
  assert.equal((await signIn({ ...right, browser: true }, { headers })).problem.code, 'access.cross_site')
})

test('a session ends after twelve hours without use, and use moves that on', async () => {
  const bearer = await openSession()
  node.advance(idle - 60_000)
  assert.equal((await readSelf(bearer)).status, 200)
  await untilTouched(bearer)
  node.advance(idle - 120_000)
  assert.equal((await readSelf(bearer)).status, 200)
  await untilTouched(bearer)
  node.advance(idle + 60_000)
  const ended = await readSelf(bearer)
  assert.deepEqual([ended.status, ended.problem.code], [401, 'session.expired'])
})

test('a session ends after seven days however much it is used', async () => {
  const bearer = await openSession()
  const days = 7 * 24 * 3600_000
  for (let passed = 0; passed + idle / 2 < days; passed += idle / 2) {
    assert.equal((await readSelf(bearer)).status, 200, `after ${passed / 3600_000} h`)
    await untilTouched(bearer)
    node.advance(idle / 2)
  }
  node.advance(idle / 2)
  assert.equal((await readSelf(bearer)).problem.code, 'session.expired')
})

test('sign-ins are in the log with their outcome; neither address nor password is in the database in the clear', async () => {
  const events = await node.listEvents()
  const outcomes = events.filter(({ action }) => action === 'session.create').map(({ outcome }) => outcome)
  assert.ok(outcomes.includes('success') && outcomes.includes('denied'), String(outcomes))
  const { organisation } = node
  const text = await node.database.withTenant({ organisation }, async (tx) =>
    JSON.stringify([await tx.sql('SELECT * FROM people'), await tx.sql('SELECT * FROM sessions')], showBytes),
  )
  assert.ok(text.includes('$argon2id$v=19$m=19456,t=2,p=1$'))
  for (const secret of [ownerEmail.toLowerCase(), ownerPassword, '127.0.0.1']) assert.ok(!text.includes(secret), secret)
})

/** Bytes as Latin-1 text, so that plaintext in a bytea would be seen. */
function showBytes(_: string, value: unknown): unknown {
  const { type, data } = (value ?? {}) as { type?: string; data?: number[] }
  return type === 'Buffer' ? Buffer.from(data ?? []).toString('latin1') : value
}

/** A use is noted without being waited for; this waits. */
async function untilTouched(bearer: string): Promise<void> {
  const { organisation } = node
  const found = await node.database.lookUp.session(hashSecret(bearer))
  const now = Date.now()
  while (Date.now() - now < 5_000) {
    const rows = await node.database.withTenant({ organisation }, (tx) =>
      tx.sql<{ used: string }>('SELECT last_used AS used FROM sessions WHERE id = $1', [found?.id]),
    )
    if (Date.parse(rows[0]?.used ?? '') >= node.time() - 60_000) return
  }
  assert.fail('the use was never noted')
}
