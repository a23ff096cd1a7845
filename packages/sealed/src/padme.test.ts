import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { padmeLength } from './padme.ts'

test('padding never shortens, costs at most 12 %, and is stable', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 52 }), (length) => {
      const padded = padmeLength(length)
      assert.ok(padded >= length && padded <= length * 1.12)
      assert.equal(padmeLength(padded), padded)
    }),
    { numRuns: 1000 },
  )
})

test('padding follows the published rule', () => {
  for (let length = 2n; length < 5000n; length++) {
    const exponent = BigInt(length.toString(2).length - 1)
    const kept = BigInt(exponent.toString(2).length)
    const mask = (1n << (exponent - kept > 0n ? exponent - kept : 0n)) - 1n
    assert.equal(BigInt(padmeLength(Number(length))), (length + mask) & ~mask)
  }
  assert.throws(() => padmeLength(-1), RangeError)
  assert.throws(() => padmeLength(1.5), RangeError)
})

test('few lengths are left: a million become some hundred', () => {
  const lengths = new Set(Array.from({ length: 1_000_000 }, (_, length) => padmeLength(length)))
  assert.ok(lengths.size < 400, String(lengths.size))
})
