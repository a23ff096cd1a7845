import assert from 'node:assert/strict'
import { test } from 'node:test'
import canonicalize from 'canonicalize'
import * as fc from 'fast-check'
import { encodeText } from './bytes.ts'
import { encodeCanonical, parseCanonical, parseCanonicalObject } from './canonical.ts'

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const keys = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((key) => key !== '__proto__')
const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(keys, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))

test('every value has one encoding, which parses back to it', () => {
  fc.assert(
    fc.property(values, (value) => {
      const bytes = encodeCanonical(value)
      const parsed = parseCanonical(bytes)
      assert.deepEqual(encodeCanonical(parsed), bytes)
      // Minus zero is written as zero.
      assert.deepEqual(JSON.parse(JSON.stringify(parsed)), JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('the encoding is that of the package canonicalize', () => {
  fc.assert(
    fc.property(values, (value) => {
      assert.equal(decode(encodeCanonical(value)), canonicalize(value))
    }),
    { numRuns: 500 },
  )
})

test('any byte inserted or altered is refused, or is another value', () => {
  fc.assert(
    fc.property(values, fc.nat(), fc.nat(255), fc.boolean(), (value, at, byte, insert) => {
      const bytes = encodeCanonical(value)
      const index = at % bytes.length
      const altered = new Uint8Array([...bytes.slice(0, index), byte, ...bytes.slice(insert ? index : index + 1)])
      let parsed
      try {
        parsed = parseCanonical(altered)
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'canonical.not_canonical')
        return
      }
      assert.deepEqual(encodeCanonical(parsed), altered)
    }),
    { numRuns: 500 },
  )
})

test('members are ordered by UTF-16 units, and those that are undefined left out', () => {
  assert.equal(decode(encodeCanonical({ b: 1, a: undefined, '10': 2, '9': 3, é: 4 })), '{"10":2,"9":3,"b":1,"é":4}')
})

test('what canonical JSON cannot say is refused', () => {
  const values = [
    undefined,
    2 ** 53,
    Number.NaN,
    Infinity,
    1n,
    '\ud800',
    { '\udc00': 1 },
    new Date(0),
    new Map(),
    () => 1,
    Symbol('s'),
    [undefined],
    Object.assign([], { length: 1 }),
    new Uint8Array(1),
    JSON.parse('{"__proto__":1}'),
  ]
  for (const value of values) {
    assert.throws(() => encodeCanonical(value), { code: 'canonical.unsupported_value' }, typeof value)
  }
})

test('nesting and length are limited', () => {
  const nested = (depth: number) => encodeText('['.repeat(depth) + ']'.repeat(depth))
  assert.doesNotThrow(() => parseCanonical(nested(33)))
  assert.throws(() => parseCanonical(nested(34)), { code: 'canonical.too_deep' })
  assert.throws(() => parseCanonical(nested(100_000)), { code: 'canonical.too_deep' })
  assert.throws(() => parseCanonical(encodeText('"abc"'), { maxBytes: 4 }), { code: 'canonical.too_long' })
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  assert.throws(() => encodeCanonical(circular), { code: 'canonical.too_deep' })
})

test('an object is asked for by name', () => {
  assert.deepEqual(parseCanonicalObject(encodeText('{"a":1}')), { a: 1 })
  for (const text of ['[]', 'null', '1']) {
    assert.throws(() => parseCanonicalObject(encodeText(text)), { code: 'canonical.not_canonical' })
  }
})

test('a refusal does not quote what it refused', () => {
  assert.throws(
    () => parseCanonical(encodeText('{"secret-value": }')),
    (error: Error) => !`${error.message}${String(error.cause)}${error.stack}`.includes('secret-value'),
  )
})
