import assert from 'node:assert/strict'
import { argon2Sync } from 'node:crypto'
import { beforeEach, test } from 'node:test'
import type { Proof } from '@keyhold/contract'
import { ownerEmail, ownerPassword, type TestNode } from '../setup/testing/test-node.ts'
import { hashSecret } from '../tokens/index.ts'
import { solveProof } from './testing/solve-proof.ts'
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

test('KEB-15: after ten wrong attempts an account asks for work, and its owner gets in with it', async () => {
  for (let attempt = 0; attempt < 10; attempt++) {
    const answer = await signIn({ ...right, password: `wrong ${attempt}` }, { from: `127.1.${attempt}.1` })
    assert.equal(answer.status, 401)
  }
  const slowed = await signIn(right, { from: '127.1.99.1' })
  assert.deepEqual([slowed.status, slowed.problem.code], [428, 'sign_in.proof_needed'])
  const proof = await solveProof(slowed.problem.challenge)
  assert.equal((await signIn({ ...right, proof }, { from: '127.1.98.1' })).status, 428, 'another block')
  const other = { ...right, email: 'nobody@example.test', proof }
  assert.notEqual((await signIn(other, { from: '127.1.99.1' })).status, 201, 'another account')
  const answers = await Promise.all([1, 2, 3].map(() => signIn({ ...right, proof }, { from: '127.1.99.1' })))
  assert.deepEqual(
    answers.map(({ status }) => String(status)).sort(),
    ['201', '428', '428'],
    'a solved challenge is taken once',
  )
})

test('KEB-15: a challenge is worth nothing once altered, after three minutes, or when more work is due', async () => {
  const fail = (attempt: number, proof?: Proof) =>
    signIn(
      { email: 'attacked@example.test', password: 'wrong', ...(proof && { proof }) },
      { from: `127.3.${attempt}.1` },
    )
  const known = (await Promise.all(Array.from({ length: 10 }, (_, attempt) => fail(attempt)))).map(
    ({ status }) => status,
  )
  assert.deepEqual(new Set(known), new Set([401]))
  const proof = await solveProof((await fail(50)).problem.challenge)
  const { challenge, solution } = proof
  const { parameters } = challenge
  const altered: Proof[] = [
    { challenge: { ...challenge, parameters: { ...parameters, expiresAt: parameters.expiresAt + 600 } }, solution },
    { challenge: { ...challenge, parameters: { ...parameters, data: { ...parameters.data, level: 5 } } }, solution },
    { challenge: { ...challenge, parameters: { ...parameters, cost: 1 } }, solution },
    { challenge, solution: { ...solution, derivedKey: '00'.repeat(32) } },
  ]
  for (const wrong of altered) assert.equal((await fail(50, wrong)).status, 428)
  node.advance(3 * 60_000 + 2_000)
  assert.equal((await fail(50, proof)).status, 428)
})

test('KEB-15: ten wrong attempts from one block of addresses slow that block, and no other', async () => {
  const attempts = Array.from({ length: 14 }, (_, index) =>
    signIn({ email: `person${index}@example.test`, password: 'wrong' }, { from: `127.2.0.${index + 1}` }),
  )
  const statuses = (await Promise.all(attempts)).map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 428).length, 4, String(statuses))
  assert.equal((await signIn(right, { from: '127.2.0.77' })).status, 428)
  assert.equal((await signIn(right, { from: '127.2.1.77' })).status, 201)
})

test('CLU-09: a hash of lower costs is made anew when its owner signs in', async () => {
  const { organisation } = node
  const readHash = () =>
    node.database.withTenant({ organisation }, async (tx) => (await tx.sql<{ hash: string }>(hashQuery))[0]?.hash ?? '')
  const salt = Buffer.alloc(16, 1)
  const terms = { message: ownerPassword, nonce: salt, memory: 64, passes: 1, parallelism: 1, tagLength: 32 }
  const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '')
  const weak = `$argon2id$v=19$m=64,t=1,p=1$${encode(salt)}$${encode(argon2Sync('argon2id', terms))}`
  await node.database.withTenant({ organisation }, (tx) => tx.sql('UPDATE people SET password_hash = $1', [weak]))
  assert.equal((await signIn({ ...right, password: 'wrong' })).status, 401)
  assert.equal(await readHash(), weak)
  assert.equal((await signIn(right)).status, 201)
  assert.match(await readHash(), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.equal((await signIn(right)).status, 201)
})
const hashQuery = 'SELECT password_hash AS hash FROM people'

test('CLU-12: a sign-in from a new network or with a new program is told by mail, a known one is not', async () => {
  const from = '127.4.0.1'
  const count = async () => (await node.readMails()).filter((text) => text.includes('Subject: A sign-in')).length
  const as = (agent: string) => ({ headers: { 'user-agent': agent } })
  await signIn(right, { from, ...as('Firefox/2.9') })
  const before = await count()
  await signIn(right, { from: '127.4.0.200', ...as('Firefox/3.0') })
  assert.equal(await count(), before)
  await signIn(right, { from: '127.5.0.1', ...as('Firefox/3.0') })
  assert.equal(await count(), before + 1)
  await signIn(right, { from, ...as('Chrome/4 (https://evil.example)') })
  const mails = await node.readMails()
  const last = mails.at(-1) ?? ''
  assert.equal(await count(), before + 2)
  assert.match(last, /Network {3}127\.4\.0\.0\/24/)
  assert.ok(!last.includes('evil.example'), 'a caller’s own words make no link')
  assert.match(last, /^To: owner@example\.test$/m)
  await signIn(right, { from, ...as('curl/8.5.0') })
  await signIn(right, { from, ...as('curl/8.9.1') })
  assert.equal(await count(), before + 3, 'programs that nobody knows are told apart, and their versions are not')
  await signIn(right, { from, ...as('python-requests/2.31.0') })
  assert.equal(await count(), before + 4)
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
  const look = (table: string) => node.test.readAsAdmin(`SELECT * FROM ${table}`)
  const text = JSON.stringify([await look('people'), await look('sessions')], showBytes)
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
  const found = await node.authoriser.find('session', hashSecret(bearer))
  const now = Date.now()
  while (Date.now() - now < 5_000) {
    const rows = await node.database.withTenant({ organisation }, (tx) =>
      tx.sql<{ used: string }>('SELECT last_used AS used FROM sessions WHERE id = $1', [found?.id]),
    )
    if (Date.parse(rows[0]?.used ?? '') >= node.time() - 60_000) return
  }
  assert.fail('the use was never noted')
}
