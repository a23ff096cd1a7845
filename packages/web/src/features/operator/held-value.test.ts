import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeHeld } from './held-value.ts'

test('bytes are shown as hex with their whole length, other values as they are', () => {
  const base64url = Buffer.from(Array.from({ length: 64 }, (_, index) => index)).toString('base64url')
  const { kind, text } = describeHeld({ base64url, length: 4096 })
  assert.equal(kind, 'bytes')
  assert.match(text, /^00 01 02 .* 1b … 4096 bytes$/)
  assert.deepEqual(describeHeld({ base64url: 'AAE', length: 2 }), { kind: 'bytes', text: '00 01' })
  assert.deepEqual(describeHeld(null), { kind: 'nothing', text: 'null' })
  assert.deepEqual(describeHeld('air'), { kind: 'plain', text: 'air' })
  assert.deepEqual(describeHeld({ a: [1] }), { kind: 'plain', text: '{"a":[1]}' })
})
