import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { encodeFrame, FrameReader } from './frames.ts'

test('frames come out whole and in order however the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), fc.array(fc.nat(40), { maxLength: 30 }), (values, cuts) => {
      const stream = Buffer.concat(values.map((value) => encodeFrame(value)))
      const reader = new FrameReader()
      const found: unknown[] = []
      let at = 0
      for (const cut of [...cuts, stream.length]) {
        found.push(...reader.push(stream.subarray(at, at + cut)))
        at += cut
      }
      assert.deepEqual(found, JSON.parse(JSON.stringify(values)))
    }),
  )
})

test('a length out of bounds is refused before anything is kept for it', () => {
  assert.throws(() => new FrameReader().push(Buffer.from([0xff, 0xff, 0xff, 0xff])), RangeError)
})
