import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { wholeSegments } from './segments.ts'

const geometries = fc
  .record({ headerLength: fc.integer({ min: 1, max: 5000 }), segmentLength: fc.integer({ min: 1, max: 5000 }) })
  .chain((lengths) => fc.record({ ...fixed(lengths), length: fc.integer({ min: lengths.headerLength, max: 50_000 }) }))

function fixed(lengths: { headerLength: number; segmentLength: number }) {
  return { headerLength: fc.constant(lengths.headerLength), segmentLength: fc.constant(lengths.segmentLength) }
}

test('an acknowledged offset ends the header, a whole segment or the upload, and none is nearer to what was written', () => {
  fc.assert(
    fc.property(geometries, fc.nat(60_000), (geometry, written) => {
      const point = wholeSegments(geometry, written)
      const { headerLength, segmentLength, length } = geometry
      assert.ok(point <= Math.min(written, length))
      const whole = point === 0 || point === length || (point - headerLength) % segmentLength === 0
      assert.ok(whole)
      if (point !== length) assert.ok(written < (point === 0 ? headerLength : point + segmentLength))
    }),
  )
})
