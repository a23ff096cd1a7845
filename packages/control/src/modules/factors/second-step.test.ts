import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { beforeEach, test } from 'node:test'
import type { TestNode } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import { addPasskey, addTotp, ask, complete, place, readCode, signIn, type SignedIn } from './testing/factor-person.ts'
import type { SoftAuthenticator } from './testing/soft-authenticator.ts'

let node: TestNode
let secret: string
let codes: string[]
let authenticator: SoftAuthenticator
let passkey: string

useNode(async (world) => {
  ;({ node } = world)
  const { bearer } = world.owner
  const added = await addTotp(node, bearer)
  secret = added.secret
  codes = added.codes ?? []
  ;({ authenticator, id: passkey } = await addPasskey(node, bearer))
})

/** Attempts, codes and steps of earlier tests are over then. */
beforeEach(() => node.advance(6 * 60_000))

const totp = (steps = 0) => ({ kind: 'totp', code: readCode(node, secret, steps) }) as const
const wrong = () =>
  ({ kind: 'totp', code: String((Number(readCode(node, secret)) + 1) % 1e6).padStart(6, '0') }) as const
const sign = (signedIn: SignedIn, more: object = {}, deviation: object = {}) => {
  const challenge = signedIn.pending?.passkey?.challenge ?? ''
  return { kind: 'passkey', answer: authenticator.use({ challenge, ...place, ...more }, deviation) } as const
}
const outcome = async (answer: ReturnType<typeof complete>) => {
  const { status, problem } = await answer
  return status === 201 ? 'signed in' : `${status} ${problem.code}`
}
const refused = '401 factor.refused'

test('KEB-15: a right password of an account with a factor gives no session, and names what may be shown', async () => {
  const { session, pending } = await signIn(node)
  assert.equal(session, null)
  assert.deepEqual(pending?.factors, ['passkey', 'totp', 'recovery'])
  assert.equal((await ask(node, 'GET', '/v1/me', pending?.secret)).status, 401)
})

test('KEB-15: the second factor gives the session, in the log with who and which', async () => {
  const answer = await complete(node, await signIn(node), totp())
  const bearer = answer.body.session?.secret ?? ''
  assert.equal((await ask(node, 'GET', '/v1/me', bearer)).status, 200)
  const last = (await node.listEvents()).findLast(({ action }) => action === 'session.complete')
  assert.deepEqual([last?.outcome, last?.actor], ['success', 'person'])
})

test('a code counts once, and an older one not after a newer', async () => {
  assert.equal(await outcome(complete(node, await signIn(node), totp())), 'signed in')
  assert.equal(await outcome(complete(node, await signIn(node), totp())), refused)
  assert.equal(await outcome(complete(node, await signIn(node), totp(-1))), refused)
  assert.equal(await outcome(complete(node, await signIn(node), totp(1))), 'signed in')
})

test('one code in two sign-ins at once opens one of them', async () => {
  const both = [await signIn(node), await signIn(node)]
  const code = totp()
  const outcomes = await Promise.all(both.map((signedIn) => outcome(complete(node, signedIn, code))))
  assert.deepEqual(outcomes.sort(), [refused, 'signed in'])
})

test('a code of two steps ago or ahead is refused', async () => {
  assert.equal(await outcome(complete(node, await signIn(node), totp(-2))), refused)
  assert.equal(await outcome(complete(node, await signIn(node), totp(2))), refused)
})

test('a pending sign-in is used once, by one of two right answers', async () => {
  const signedIn = await signIn(node)
  const outcomes = await Promise.all([
    outcome(complete(node, signedIn, totp())),
    outcome(complete(node, signedIn, { kind: 'recovery', code: codes[0] ?? '' })),
  ])
  assert.deepEqual(outcomes.sort(), [refused, 'signed in'])
  assert.equal(await outcome(complete(node, signedIn, totp(1))), refused)
})

test('a pending sign-in dies after five wrong codes: the right one is refused too', async () => {
  const signedIn = await signIn(node)
  for (let attempt = 0; attempt < 5; attempt++) assert.equal(await outcome(complete(node, signedIn, wrong())), refused)
  assert.equal(await outcome(complete(node, signedIn, totp())), refused)
  assert.equal(await outcome(complete(node, await signIn(node), totp())), 'signed in')
})

test('a pending sign-in dies after five minutes', async () => {
  const signedIn = await signIn(node)
  node.advance(5 * 60_000)
  assert.equal(await outcome(complete(node, signedIn, totp())), refused)
})

test('KEB-15: ten wrong codes in five minutes slow the account, whatever comes next', async () => {
  const waiting = [await signIn(node), await signIn(node), await signIn(node)] as const
  for (const signedIn of waiting.slice(1))
    for (let attempt = 0; attempt < 5; attempt++)
      assert.equal(await outcome(complete(node, signedIn, wrong())), refused)
  assert.equal(await outcome(complete(node, waiting[0], totp())), '429 rate.limited')
})

test('after a hundred wrong codes in a row no code counts until another factor was shown', async () => {
  await node.database.withTenant({ organisation: node.organisation }, (tx) =>
    tx.sql('UPDATE totp_factors SET failures = 99'),
  )
  assert.equal(await outcome(complete(node, await signIn(node), wrong())), refused)
  assert.equal(await outcome(complete(node, await signIn(node), totp())), refused)
  assert.equal(
    await outcome(complete(node, await signIn(node), { kind: 'recovery', code: codes[1] ?? '' })),
    'signed in',
  )
  assert.equal(await outcome(complete(node, await signIn(node), totp())), 'signed in')
})

test('a recovery code counts once, however it is typed', async () => {
  const code = codes[2] ?? ''
  assert.match(code, /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)
  const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o')
  assert.equal(await outcome(complete(node, await signIn(node), { kind: 'recovery', code: typed })), 'signed in')
  assert.equal(await outcome(complete(node, await signIn(node), { kind: 'recovery', code })), refused)
})

test('KEB-15: a passkey signs in; its challenge counts once', async () => {
  const signedIn = await signIn(node)
  const proof = sign(signedIn)
  assert.equal(await outcome(complete(node, signedIn, proof)), 'signed in')
  assert.equal(await outcome(complete(node, signedIn, proof)), refused)
  assert.equal(await outcome(complete(node, await signIn(node), proof)), refused)
})

const deviations: [string, object, object][] = [
  ['another origin', { origin: 'https://keyhold.example' }, {}],
  ['another port of this name', { origin: 'https://localhost:1234' }, {}],
  ['another relying party', { rpId: 'keyhold.example' }, {}],
  ['a challenge of its own', { challenge: Buffer.alloc(32).toString('base64url') }, {}],
  ['no verified user', {}, { verified: false }],
  ['the answer to a creation', {}, { type: 'webauthn.create' }],
]
for (const [name, asked, deviation] of deviations) {
  test(`a passkey’s answer with ${name} is refused`, async () => {
    const signedIn = await signIn(node)
    assert.equal(await outcome(complete(node, signedIn, sign(signedIn, asked, deviation))), refused)
    // A challenge is for one answer.
    assert.equal(await outcome(complete(node, signedIn, sign(signedIn))), refused)
  })
}

test('a counter that went back or stands still is refused, and is in the log', async () => {
  const first = await signIn(node)
  assert.equal(await outcome(complete(node, first, sign(first, {}, { counter: 5000 }))), 'signed in')
  for (const counter of [5000, 4999, 0]) {
    const signedIn = await signIn(node)
    assert.equal(await outcome(complete(node, signedIn, sign(signedIn, {}, { counter }))), refused)
  }
  const rows = await node.database.withTenant({ organisation: node.organisation }, (tx) =>
    tx.sql<{ entry: string }>("SELECT entry FROM ledger_entries WHERE entry LIKE '%passkeyCounterWentBack%'"),
  )
  assert.equal(rows.length, 3)
  assert.ok(rows.every(({ entry }) => entry.includes(passkey)))
  const next = await signIn(node)
  assert.equal(await outcome(complete(node, next, sign(next, {}, { counter: 5001 }))), 'signed in')
})

test('by a number in place of a name no passkey is asked for, and none counts', async () => {
  const body = { email: 'Owner@example.test', password: 'four quiet herons wade' }
  const signedIn = (await node.call<SignedIn>({ method: 'POST', path: '/v1/sessions', body })).body
  assert.deepEqual(signedIn.pending?.factors, ['totp', 'recovery'])
  assert.equal(signedIn.pending?.passkey, null)
  assert.equal(await outcome(complete(node, signedIn, sign(signedIn))), refused)
})

test('a pending sign-in of nobody gets the same answer as a wrong code', async () => {
  const signedIn = await signIn(node)
  const answers = [
    await complete(node, signedIn, wrong()),
    await complete(node, { ...signedIn, organisation: randomUUIDv7() }, totp()),
    await complete(node, { ...signedIn, pending: null }, totp()),
  ]
  const [first, ...others] = answers.map(({ status, body }) => ({ status, body }))
  for (const other of others) assert.deepEqual(other, first)
})

test('another site cannot end a browser’s sign-in', async () => {
  const { organisation, pending } = await signIn(node)
  const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.test' }
  const body = { organisation, pending: pending?.secret, proof: totp(), browser: true }
  const answer = await node.call({ method: 'POST', path: '/v1/sessions/complete', body, headers })
  assert.equal(answer.problem.code, 'access.cross_site')
})

test('no factor’s secret is in the database in the clear', async () => {
  const tables = ['totp_factors', 'passkeys', 'recovery_codes', 'pending_sign_ins', 'sessions', 'idempotency_keys']
  const rows = await Promise.all(tables.map((table) => node.test.readAsAdmin(`SELECT * FROM ${table}`)))
  const text = rows
    .flat()
    .flatMap((row) => Object.values(row as Record<string, unknown>))
    .map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value)))
    .join('\n')
  for (const planted of [secret, ...codes, 'a key', 'A program', '127.0.0.1'])
    assert.ok(!text.includes(planted), planted)
})
