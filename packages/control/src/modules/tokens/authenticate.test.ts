import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../platform/errors.ts'
import { createAuthenticator, type Holder } from './authenticate.ts'
import { drawSecret } from './secret.ts'

const ended = new AppError('token.expired', { status: 401, message: 'Expired.', remedy: 'Try again.' })
const principal = { kind: 'token', id: 'id', organisation: 'organisation', project: 'project', scopes: [] } as const

function makeAuthenticator(find: () => Promise<Holder | undefined>) {
  const clock = { time: 0 }
  let asked = 0
  const count = () => {
    asked++
    return find()
  }
  const authenticator = createAuthenticator({ svc: count, ses: count }, () => clock.time)
  return { ...authenticator, clock, asked: () => asked }
}
const held = (expires = Infinity) => Promise.resolve<Holder>({ principal, expires, whenExpired: ended })
const secret = drawSecret('svc')
const credential = { secret, cookie: false, address: null }

test('many calls in a second cost one look-up, and the next second another', async () => {
  const { authenticate, clock, asked } = makeAuthenticator(() => held())
  const answers = await Promise.all(Array.from({ length: 100 }, () => authenticate(credential)))
  assert.ok(answers.every((answer) => 'principal' in answer))
  assert.equal(asked(), 1)
  clock.time = 999
  await authenticate(credential)
  assert.equal(asked(), 1)
  clock.time = 1_000
  await authenticate(credential)
  assert.equal(asked(), 2)
})

test('what is forgotten is asked for again at once, even while an older look-up is still under way', async () => {
  const first = Promise.withResolvers<Holder | undefined>()
  const answers = [first.promise, Promise.resolve(undefined)]
  const { authenticate, forget } = makeAuthenticator(() => answers.shift() ?? Promise.resolve(undefined))
  const early = authenticate(credential)
  forget('id')
  first.resolve({ principal, expires: Infinity, whenExpired: ended })
  assert.ok('principal' in (await early))
  assert.ok('refused' in (await authenticate(credential)))
})

test('a kept answer does not outlive the credential', async () => {
  const { authenticate, clock } = makeAuthenticator(() => held(500))
  assert.ok('principal' in (await authenticate(credential)))
  clock.time = 500
  const answer = await authenticate(credential)
  assert.equal('refused' in answer && answer.refused.code, 'token.expired')
})

test('a failed look-up and an unknown secret are not kept', async () => {
  const answers: (() => Promise<Holder | undefined>)[] = [
    () => Promise.reject(new Error('the database is away')),
    () => Promise.resolve(undefined),
    () => held(),
  ]
  const { authenticate } = makeAuthenticator(() => (answers.shift() ?? held)())
  await assert.rejects(authenticate(credential), /away/)
  assert.ok('refused' in (await authenticate(credential)))
  assert.ok('principal' in (await authenticate(credential)))
})

test('a wrong checksum and a token in a cookie are refused without a look-up', async () => {
  const { authenticate, asked } = makeAuthenticator(() => held())
  for (const wrong of [
    { secret: `${secret.slice(0, -1)}~`, cookie: false, address: null },
    { secret, cookie: true, address: null },
  ]) {
    assert.ok('refused' in (await authenticate(wrong)))
  }
  assert.equal(asked(), 0)
})

test('ten thousand other credentials push the oldest answer out', async () => {
  const { authenticate, asked } = makeAuthenticator(() => held())
  await authenticate(credential)
  for (let index = 0; index < 10_000; index++)
    await authenticate({ secret: drawSecret('svc'), cookie: false, address: null })
  await authenticate(credential)
  assert.equal(asked(), 10_002)
})
