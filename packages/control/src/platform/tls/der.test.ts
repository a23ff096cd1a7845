import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeElement, integer, objectId, time } from './der.ts'

const hex = (bytes: Buffer) => bytes.toString('hex')

test('integers are minimal and positive (X.690 section 8.3)', () => {
  assert.equal(hex(integer(Buffer.of(0, 0, 0))), '020100')
  assert.equal(hex(integer(Buffer.of(0, 0x7f))), '02017f')
  assert.equal(hex(integer(Buffer.of(0x80))), '02020080')
})

test('object identifiers are in base 128 (X.690 section 8.19)', () => {
  assert.equal(hex(objectId('1.2.840.10045.4.3.2')), '06082a8648ce3d040302')
  assert.equal(hex(objectId('2.5.29.17')), '0603551d11')
})

test('lengths above 127 take the long form (X.690 section 8.1.3)', () => {
  assert.equal(hex(encodeElement(4, Buffer.alloc(127))).slice(0, 4), '047f')
  assert.equal(hex(encodeElement(4, Buffer.alloc(128))).slice(0, 6), '048180')
  assert.equal(hex(encodeElement(4, Buffer.alloc(65_536))).slice(0, 10), '0483010000')
})

test('times are UTCTime until 2049 and GeneralizedTime after (RFC 5280 section 4.1.2.5)', () => {
  assert.equal(time(new Date('2049-12-31T23:59:59Z')).toString('latin1', 2), '491231235959Z')
  assert.equal(time(new Date('2050-01-01T00:00:00Z')).toString('latin1', 2), '20500101000000Z')
})
