import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { createPlatformKey } from './platform-key.ts'

const secret = Buffer.alloc(32, 3)
const key = createPlatformKey(secret)

test('CLU-08: what is sealed opens with the same key, purpose and context, and is different each time', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (plaintext, context) => {
      const sealed = key.seal('account', context, plaintext)
      assert.deepEqual(new Uint8Array(key.open('account', context, sealed)), plaintext)
      assert.notDeepEqual(key.seal('account', context, plaintext), sealed)
    }),
  )
})

test('another key, purpose, context, bit or length does not open it', () => {
  const sealed = key.seal('account', 'person/1', 'someone@example.org')
  const refused = { code: 'platform_key.cannot_open' }
  assert.throws(() => createPlatformKey(randomBytes(32)).open('account', 'person/1', sealed), refused)
  assert.throws(() => key.open('answer', 'person/1', sealed), refused)
  assert.throws(() => key.open('account', 'person/2', sealed), refused)
  for (let length = 0; length < sealed.length; length += 1) {
    assert.throws(() => key.open('account', 'person/1', sealed.subarray(0, length)), refused)
    const flipped = Buffer.from(sealed)
    flipped[length] = (flipped[length] as number) ^ 1
    assert.throws(() => key.open('account', 'person/1', flipped), refused)
  }
})

test('thousands of seals have no initialisation vector twice', () => {
  const seen = new Set(Array.from({ length: 5000 }, () => key.seal('answer', '', '').subarray(1, 13).toString('hex')))
  assert.equal(seen.size, 5000)
})

test('the keyed hash for look-ups is the same for the same value, and none without the key', () => {
  assert.deepEqual(key.lookup('a@b'), createPlatformKey(secret).lookup('a@b'))
  assert.notDeepEqual(key.lookup('a@b'), createPlatformKey(randomBytes(32)).lookup('a@b'))
})
