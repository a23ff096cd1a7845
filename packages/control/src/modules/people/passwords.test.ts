import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { beforeEach, test } from 'node:test'
import type { SetupAnswer } from '@keyhold/contract'
import { claimBody, ownerEmail, ownerPassword, publicUrl, type TestNode } from '../setup/testing/test-node.ts'
import { insertOrganisation } from '../setup/store.ts'
import { useNode } from '../setup/testing/use-node.ts'
import { drawSecret } from '../tokens/index.ts'
import { solveProof } from './testing/solve-proof.ts'

let node: TestNode
useNode((world) => void ({ node } = world))
/** Attempts and links of earlier tests are forgotten then. */
beforeEach(() => node.advance(31 * 60_000))

let password = ownerPassword
let counter = 0
const freshPassword = () => `quiet otter lamp number ${++counter}`

const post = (path: string, body: object, more: { bearer?: string; from?: string } = {}) =>
  node.call<{ session: { secret: string } | null }>({ method: 'POST', path, body, ...more })
const signIn = (given: string, email = ownerEmail) => post('/v1/sessions', { email, password: given })
const ask = (email: string, more: object = {}, from = '127.0.0.1') =>
  post('/v1/password-resets', { email, ...more }, { from })
const use = (secret: string, chosen: string) => post('/v1/password-resets/use', { secret, password: chosen })
const readSelf = (bearer: string) => node.call({ method: 'GET', path: '/v1/me', bearer })

async function openSession(): Promise<string> {
  const answer = await signIn(password)
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return answer.body.session?.secret ?? ''
}

/** The secrets of the links that were mailed so far, oldest first. */
async function readLinks(): Promise<string[]> {
  const form = new RegExp(`${publicUrl}/reset-password#(kh_rst_\\w+)`, 'g')
  return [...(await node.readMails()).join('\n').matchAll(form)].map(([, secret = '']) => secret)
}

async function requestLink(email = ownerEmail): Promise<string> {
  const before = await readLinks()
  assert.equal((await ask(email)).status, 202)
  const [link, ...more] = (await readLinks()).filter((secret) => !before.includes(secret))
  assert.equal(more.length, 0)
  return link ?? assert.fail('no link was mailed')
}

test('CLU-12: a mailed link sets a new password, ends all sessions, opens none, and the person is told', async () => {
  const bearer = await openSession()
  const secret = await requestLink()
  const chosen = freshPassword()
  const answer = await use(secret, chosen)
  assert.deepEqual([answer.status, answer.headers['set-cookie']], [204, undefined], JSON.stringify(answer.body))
  assert.equal((await readSelf(bearer)).status, 401)
  assert.equal((await signIn(password)).status, 401)
  password = chosen
  assert.equal((await signIn(password)).status, 201)
  assert.match((await node.readMails()).at(-1) ?? '', /Subject: (Your Keyhold password was changed|A sign-in)/)
  assert.ok((await node.readMails()).some((text) => /set anew with a link from a mail/.test(text)))
})

test('KEB-15: a link works once, also when it is used twice at the same moment', async () => {
  const secret = await requestLink()
  const chosen = [freshPassword(), freshPassword()]
  const answers = await Promise.all(chosen.map((each) => use(secret, each)))
  assert.deepEqual(answers.map(({ status }) => String(status)).sort(), ['204', '401'])
  password = chosen[answers.findIndex(({ status }) => status === 204)] ?? ''
  const again = await use(secret, freshPassword())
  assert.deepEqual([again.status, again.problem.code], [401, 'password.reset_refused'])
  assert.equal((await signIn(password)).status, 201)
})

test('a link ends after thirty minutes', async () => {
  const secret = await requestLink()
  node.advance(30 * 60_000)
  assert.equal((await use(secret, freshPassword())).problem.code, 'password.reset_refused')
  assert.equal((await signIn(password)).status, 201)
})

test('another link of the person ends when one is used, and when the password is changed', async () => {
  const [first, second] = [await requestLink(), await requestLink()]
  password = freshPassword()
  assert.equal((await use(first, password)).status, 204)
  assert.equal((await use(second, freshPassword())).status, 401)
  const third = await requestLink()
  const bearer = await openSession()
  const chosen = freshPassword()
  const changed = await post('/v1/me/password', { current: password, password: chosen }, { bearer })
  assert.equal(changed.status, 204)
  password = chosen
  assert.equal((await use(third, freshPassword())).status, 401)
})

test('made-up, cut and foreign secrets are refused alike, and nothing of them is stored', async () => {
  const secret = await requestLink()
  const wrong = [drawSecret('rst'), secret.slice(0, -1), `${secret}0`, drawSecret('ses'), await openSession(), 'x']
  for (const text of wrong) {
    const answer = await use(text, freshPassword())
    assert.deepEqual([answer.status, answer.problem.code], [401, 'password.reset_refused'], text)
  }
  const rows = await node.test.readAsAdmin<{ hash: Buffer }>('SELECT hash FROM password_resets')
  assert.ok(rows.length > 0 && rows.every(({ hash }) => hash.length === 32))
  assert.equal((await readSelf(secret)).status, 401, 'a link’s secret is nobody’s credential')
})

test('a person’s link changes no one else’s password', async () => {
  const organisation = randomUUIDv7()
  await node.database.withTenant({ organisation }, (tx) =>
    insertOrganisation(tx, organisation, '2026-01-01T00:00:00.000Z'),
  )
  const plane = await node.addOrganisation(organisation)
  const { body } = await claimBody(plane, organisation)
  const other = { ...body, email: 'eve@example.test', password: 'seven amber ladders lean' }
  assert.equal((await node.call<SetupAnswer>({ method: 'POST', path: '/v1/setup', body: other })).status, 201)
  const secret = await requestLink('eve@example.test')
  assert.equal((await use(secret, 'eight amber ladders lean')).status, 204)
  assert.equal((await signIn('eight amber ladders lean', 'eve@example.test')).status, 201)
  assert.equal((await signIn(password)).status, 201)
})

test('a password that is too simple or short is refused, and the link stays good', async () => {
  const secret = await requestLink()
  assert.equal((await use(secret, 'passwordpassword')).problem.code, 'password.too_simple')
  assert.equal((await use(secret, 'zk4 vorn')).problem.code, 'password.too_short')
  password = freshPassword()
  assert.equal((await use(secret, password)).status, 204)
})

test('CLU-12: whoever asks for a link gets the same answer for unknown addresses, which get no mail', async () => {
  const mails = (await node.readMails()).length
  const [known, unknown] = [await ask(ownerEmail), await ask('nobody@example.test')]
  const shape = ({ status, body, headers }: typeof known) => [status, body, Object.keys(headers).sort()]
  assert.deepEqual(shape(known), shape(unknown))
  assert.equal((await node.readMails()).length, mails + 1)
})

test('asking for a link again and again costs work, and fills no mailbox', async () => {
  const before = (await readLinks()).length
  const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => ask(ownerEmail, {}, `127.6.${index}.1`)))
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]))
  const slowed = await ask(ownerEmail, {}, '127.6.99.1')
  assert.equal(slowed.problem.code, 'sign_in.proof_needed')
  const proof = await solveProof(slowed.problem.challenge)
  assert.equal((await ask(ownerEmail, { proof }, '127.6.99.1')).status, 202)
  assert.equal((await ask(ownerEmail, { proof }, '127.6.99.1')).status, 428)
  assert.equal((await readLinks()).length, before + 5)
  assert.equal((await signIn(password)).status, 201, 'and sign-ins are not slowed by it')
})

test('a new password needs the present one, and ends the person’s other sessions only', async () => {
  const [mine, other] = [await openSession(), await openSession()]
  const chosen = freshPassword()
  const wrong = await post('/v1/me/password', { current: 'not the password', password: chosen }, { bearer: mine })
  assert.deepEqual([wrong.status, wrong.problem.code], [403, 'password.current_wrong'])
  assert.equal((await readSelf(other)).status, 200)
  const answer = await post('/v1/me/password', { current: password, password: chosen }, { bearer: mine })
  assert.equal(answer.status, 204, JSON.stringify(answer.body))
  assert.deepEqual([(await readSelf(mine)).status, (await readSelf(other)).status], [200, 401])
  assert.equal((await signIn(password)).status, 401)
  password = chosen
  assert.ok((await node.readMails()).some((text) => /changed by someone who was signed in/.test(text)))
})

test('KEB-15: a stolen session does not guess the password freely', async () => {
  const bearer = await openSession()
  const guess = () => post('/v1/me/password', { current: 'a guess', password: freshPassword() }, { bearer })
  const statuses = (await Promise.all(Array.from({ length: 12 }, guess))).map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 428).length, 2, String(statuses))
})

test('nothing of a long password is cut off, and composed characters are one password', async () => {
  const bearer = await openSession()
  const long = `${'über '.repeat(3)}${randomUUIDv7().repeat(25)}`.slice(0, 900)
  const answer = await post('/v1/me/password', { current: password, password: long }, { bearer })
  assert.equal(answer.status, 204, JSON.stringify(answer.body))
  assert.equal((await signIn(long.slice(0, -1))).status, 401)
  assert.equal((await signIn(long.normalize('NFD'))).status, 201)
  password = long
})

test('CLU-13: requests, resets and changes are in the log of the organisation or the installation', async () => {
  const actions = (await node.listEvents()).map(({ action, outcome }) => `${action} ${outcome}`)
  for (const wanted of ['password.reset success', 'password.change success', 'password.change denied']) {
    assert.ok(actions.includes(wanted), wanted)
  }
  const text = JSON.stringify(await node.listEvents(''))
  assert.ok(text.includes('password.request_reset') && !text.includes('example.test'))
})
