import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseByteRange } from './byte-range.ts'

test('single byte ranges are read as RFC 9110 says', () => {
  assert.deepEqual(parseByteRange('bytes=0-0', 10), { start: 0, end: 1 })
  assert.deepEqual(parseByteRange('bytes=2-', 10), { start: 2, end: 10 })
  assert.deepEqual(parseByteRange('bytes=5-99', 10), { start: 5, end: 10 })
  assert.deepEqual(parseByteRange('bytes=-3', 10), { start: 7, end: 10 })
  assert.deepEqual(parseByteRange('bytes=-99', 10), { start: 0, end: 10 })
})

test('other units, several ranges and no range ask for the whole', () => {
  for (const header of [undefined, '', 'rows=1-2', 'bytes=0-1,3-4', 'bytes=-', 'bytes=a-b']) {
    assert.equal(parseByteRange(header, 10), undefined)
  }
})

test('a range outside the object is invalid', () => {
  for (const header of ['bytes=10-', 'bytes=5-4', 'bytes=-0']) assert.equal(parseByteRange(header, 10), 'invalid')
  assert.equal(parseByteRange('bytes=0-0', 0), 'invalid')
})
