import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { makeByteCounter } from './byte-counter.ts'
import { EngineError } from './errors.ts'
import { RecordCutter } from './record-cutter.ts'

/** The plainest reading of RFC 4180: where records end. */
function findEnds(text: Uint8Array, quote: number): number[] {
  const ends: number[] = []
  let isQuoted = false
  text.forEach((byte, index) => {
    if (byte === quote) isQuoted = !isQuoted
    if (byte === 10 && !isQuoted) ends.push(index + 1)
  })
  return ends
}

const csvText = fc
  .array(fc.constantFrom('a', ',', '"', '\n', '\r\n', '""', '"x\ny"', '\u{feff}', 'łąka', "'", '|'), { maxLength: 120 })
  .map((parts) => Buffer.from(parts.join('')))

function splitAt(text: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  let at = 0
  for (const size of sizes) {
    chunks.push(text.subarray(at, at + size))
    at += size
  }
  return [...chunks, text.subarray(at)]
}

test('counts agree with a plain loop for any bytes, lengths and quotes', () => {
  const count = makeByteCounter()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 127 }), (bytes, quote) => {
      const plain = { quotes: 0, lines: 0, hasZero: bytes.includes(0) }
      for (const byte of bytes) {
        if (byte === quote) plain.quotes += 1
        if (byte === 10) plain.lines += 1
      }
      assert.deepEqual(count(bytes, quote), plain)
    }),
  )
})

test('chunks longer than the counter’s memory are counted whole', () => {
  const chunk = Buffer.alloc((5 << 19) + 7, '"\n')
  assert.deepEqual(makeByteCounter()(chunk, 34), {
    quotes: chunk.length / 2 + 0.5,
    lines: chunk.length / 2 - 0.5,
    hasZero: false,
  })
})

test('every cut is a record’s end, and the last one in its chunk, however the stream is cut', () => {
  fc.assert(
    fc.property(
      csvText,
      fc.array(fc.nat(30), { maxLength: 20 }),
      fc.constantFrom('"', "'", '|'),
      (text, sizes, quote) => {
        const cutter = new RecordCutter({ quote })
        const ends = findEnds(text, quote.charCodeAt(0))
        let start = 0
        for (const chunk of splitAt(text, sizes)) {
          const last = ends.findLast((end) => end > start && end <= start + chunk.length)
          assert.equal(cutter.push(chunk), last === undefined ? 0 : last - start)
          start += chunk.length
        }
        const lines = text.subarray(0, ends.at(-1) ?? 0).filter((byte) => byte === 10).length
        assert.equal(cutter.linesAtCut, lines)
      },
    ),
  )
})

test('with an escape of its own, an escaped quote does not end a field', () => {
  const cutter = new RecordCutter({ quote: '"', escape: '\\' })
  assert.equal(cutter.push(Buffer.from('1,"a\\')), 0)
  assert.equal(cutter.push(Buffer.from('"\nb"\n2,c\n3')), 9)
})

test('without quotes every line feed ends a record', () => {
  const cutter = new RecordCutter({ quote: null })
  assert.equal(cutter.push(Buffer.from('{"a":"\n{')), 7)
})

test('the first NUL of the stream is remembered', () => {
  const cutter = new RecordCutter({ quote: '"' })
  cutter.push(Buffer.from('abc\n'))
  cutter.push(Buffer.from('d\0e\0\n'))
  assert.equal(cutter.nulAt, 5)
})

test('a quote that is never closed is refused with the line where its record begins', () => {
  const cutter = new RecordCutter({ quote: '"' })
  cutter.push(Buffer.from('a,b\n1,2\n3,"4\n'))
  cutter.push(Buffer.from('5,6\n'))
  assert.throws(
    () => cutter.finish(),
    (error: unknown) => {
      assert.ok(error instanceof EngineError)
      assert.deepEqual(error.badRow, { line: 3, rule: 'unterminated_quote' })
      return true
    },
  )
})

test('a record without end is refused before it fills the memory', () => {
  const cutter = new RecordCutter({ quote: '"' })
  const chunk = Buffer.alloc(1 << 20, 'x')
  cutter.push(Buffer.from('a\n'))
  assert.throws(
    () => {
      for (let count = 0; count < 20; count += 1) cutter.push(chunk)
    },
    (error: unknown) =>
      error instanceof EngineError && error.badRow?.rule === 'record_too_long' && error.badRow.line === 2,
  )
})
