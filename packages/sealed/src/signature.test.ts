import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { encodeBase64url, encodeText } from './bytes.ts'
import {
  digestStatement,
  drawSigningSeed,
  fingerprint,
  generateDevicePair,
  importDevicePair,
  importSigningSeed,
  importVerifyKey,
  readUnverified,
  signStatement,
  verifyStatement,
} from './signature.ts'

const key = await importSigningSeed(drawSigningSeed())
const body = { organisation: 'o', number: 3 }

test('a statement verifies with the key and type it was signed with', async () => {
  const signed = await signStatement(key, 'roster', body)
  assert.deepEqual(await verifyStatement(key.publicKey, 'roster', signed), body)
  assert.deepEqual(await verifyStatement(await importVerifyKey(key.publicKey), 'roster', signed), body)
  assert.deepEqual(readUnverified(signed), body)
  assert.equal((await digestStatement(signed)).length, 43)
})

test('another type, key or body, or a signature off by one bit, is refused', async () => {
  const signed = await signStatement(key, 'roster', body)
  const other = await importSigningSeed(drawSigningSeed())
  await assert.rejects(verifyStatement(key.publicKey, 'request', signed), { code: 'signature.invalid' })
  await assert.rejects(verifyStatement(other.publicKey, 'roster', signed), { code: 'signature.invalid' })
  const claimed = { ...signed, keyId: other.keyId }
  await assert.rejects(verifyStatement(key.publicKey, 'roster', claimed), { code: 'signature.invalid' })
  await assert.rejects(verifyStatement(other.publicKey, 'roster', claimed), { code: 'signature.invalid' })
  const statement = encodeBase64url(encodeText('{"number":4,"organisation":"o"}'))
  await assert.rejects(verifyStatement(key.publicKey, 'roster', { ...signed, statement }), {
    code: 'signature.invalid',
  })
  await fc.assert(
    fc.asyncProperty(fc.nat(511), async (bit) => {
      const bytes = Uint8Array.fromBase64(signed.signature, { alphabet: 'base64url' })
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const altered = { ...signed, signature: encodeBase64url(bytes) }
      await assert.rejects(verifyStatement(key.publicKey, 'roster', altered), { code: 'signature.invalid' })
    }),
  )
})

test('a malformed statement, signature or type is refused', async () => {
  const signed = await signStatement(key, 'roster', body)
  const padded = { ...signed, signature: `${signed.signature}==` }
  await assert.rejects(verifyStatement(key.publicKey, 'roster', padded), { code: 'signature.malformed' })
  const noBytes = { ...signed, statement: '!' }
  await assert.rejects(verifyStatement(key.publicKey, 'roster', noBytes), { code: 'signature.malformed' })
  assert.throws(() => readUnverified({ ...signed, statement: encodeBase64url(encodeText('{ }')) }), {
    code: 'signature.malformed',
  })
  await assert.rejects(signStatement(key, 'Roster/2\n', body), { code: 'signature.malformed' })
  await assert.rejects(signStatement(key, 'roster', { big: 2 ** 60 }), { code: 'canonical.unsupported_value' })
})

test('a pair of WebCrypto that cannot be exported signs the same way', async () => {
  const pair = await generateDevicePair()
  assert.equal(pair.privateKey.extractable, false)
  const device = await importDevicePair(pair)
  const signed = await signStatement(device, 'request', body)
  assert.equal(signed.keyId, device.keyId)
  assert.deepEqual(await verifyStatement(device.publicKey, 'request', signed), body)
  const rsa = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  await assert.rejects(importDevicePair(rsa), { code: 'key.malformed' })
})

test('keys of the wrong length are refused', async () => {
  await assert.rejects(importSigningSeed(new Uint8Array(31)), { code: 'key.malformed' })
  await assert.rejects(importVerifyKey(new Uint8Array(33)), { code: 'key.malformed' })
})

test('a fingerprint shows all of the key in 13 groups of 4, and differs for another key', async () => {
  const text = await fingerprint(key.publicKey)
  assert.match(text, /^([a-z2-7]{4} ){12}[a-z2-7]{4}$/)
  const other = await importSigningSeed(drawSigningSeed())
  assert.notEqual(await fingerprint(other.publicKey), text)
})
