import assert from 'node:assert/strict'
import { argon2Sync } from 'node:crypto'
import { test } from 'node:test'
import { AppError } from '../../platform/errors.ts'
import { createPasswordHasher } from './password-hash.ts'

const password = 'four quiet herons wade'
const hasher = createPasswordHasher()

test('CLU-09: a password is kept as argon2id with 19 MiB, two passes, one lane and a salt of its own', async () => {
  const [one, other] = [await hasher.hash(password), await hasher.hash(password)]
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.notEqual(one, other)
  assert.equal(await hasher.verify(password, one), true)
  assert.equal(await hasher.verify(`${password}.`, one), false)
  assert.equal(await hasher.verify('', one), false)
})

test('nothing fits the hash that stands for an account that is not there', async () => {
  assert.equal(await hasher.verify(password, undefined), false)
})

test('a hash of other costs is verified by the costs that it names', async () => {
  const salt = Buffer.alloc(16, 1)
  const terms = { message: password, nonce: salt, memory: 64, passes: 3, parallelism: 1, tagLength: 32 }
  const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '')
  const stored = `$argon2id$v=19$m=64,t=3,p=1$${encode(salt)}$${encode(argon2Sync('argon2id', terms))}`
  assert.equal(await hasher.verify(password, stored), true)
  assert.equal(await hasher.verify('another password', stored), false)
})

test('the same characters composed in another way are the same password', async () => {
  const hash = await hasher.hash('fünf stille Reiher waten')
  assert.equal(await hasher.verify('fu\u0308nf stille Reiher waten', hash), true)
})

test('more sign-ins at a moment than can wait are told to come back', async () => {
  const many = Array.from({ length: 70 }, () => hasher.verify(password, undefined))
  const outcomes = await Promise.allSettled(many)
  const refused = outcomes.filter(({ status }) => status === 'rejected')
  assert.equal(refused.length, 4)
  for (const { reason } of refused as PromiseRejectedResult[]) {
    assert.ok(reason instanceof AppError && reason.code === 'sign_in.busy' && reason.retryAfter === 1)
  }
  assert.equal(await hasher.verify(password, undefined), false)
})
