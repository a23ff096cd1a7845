import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { hmacSha256, sha256 } from './hash.ts'
import { sha256Into as nodeInto } from './sha256-node.ts'
import { sha256Into as portableInto } from './sha256-portable.ts'

const digest = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())

test('SHA-256 is the same on OpenSSL and in the browser’s form, for every length around a block', () => {
  for (let length = 0; length <= 260; length++) {
    const bytes = new Uint8Array(length).map((_, i) => (i * 31 + length) & 0xff)
    for (const into of [nodeInto, portableInto]) {
      const target = new Uint8Array(40)
      into(bytes, target, 5)
      assert.deepEqual(target.subarray(5, 37), digest(bytes))
      assert.deepEqual([...target.subarray(0, 5), ...target.subarray(37)], Array(8).fill(0))
    }
  }
})

test('SHA-256 of any bytes, in both forms, is Node’s', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
      const portable = new Uint8Array(32)
      portableInto(bytes, portable, 0)
      assert.deepEqual(portable, digest(bytes))
      assert.deepEqual(sha256(bytes), digest(bytes))
    }),
  )
})

test('HMAC-SHA-256 is Node’s for every key up to a block, and in parts', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 300 }), (key, message) => {
      assert.deepEqual(hmacSha256(key, message.subarray(0, 9), message.subarray(9)), hmacSha256(key, message))
      assert.deepEqual(hmacSha256(key, message), new Uint8Array(createHmac('sha256', key).update(message).digest()))
    }),
  )
})
