import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { RecordCutter, type ImportPart } from '../engine/index.ts'
import { PartQueue } from './part-queue.ts'
import { writeParts } from './write-parts.ts'

async function* inChunks(text: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array, string> {
  for (let at = 0, index = 0; at < text.length; index++) {
    const size = sizes[index % sizes.length] ?? 1
    yield text.subarray(at, at + size)
    at += size
  }
  return 'end'
}

async function cut(text: Buffer, sizes: readonly number[], partBytes: number) {
  const queue = new PartQueue<ImportPart>(2)
  const folder = mkdtempSync(join(tmpdir(), 'keyhold-parts-'))
  const cutter = new RecordCutter({ quote: '"' })
  const writing = writeParts(inChunks(text, sizes), queue, { folder, cutter, partBytes })
  const parts: { content: Buffer; seen: ImportPart['seen'] }[] = []
  for await (const { path, seen } of queue) parts.push({ content: readFileSync(path), seen })
  return { parts, result: await writing }
}

test('parts hold every byte once, end at record boundaries and know their lines, however the stream comes', async () => {
  const record = fc.constantFrom('1,x\n', '2,"a\nb"\n', '3,"say ""no"""\r\n', '4,\n')
  const stream = fc.record({
    records: fc.array(record, { minLength: 1, maxLength: 60 }),
    sizes: fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 }),
    partBytes: fc.integer({ min: 1, max: 100 }),
  })
  await fc.assert(
    fc.asyncProperty(stream, async ({ records, sizes, partBytes }) => {
      const text = Buffer.from(records.join(''))
      const { parts, result } = await cut(text, sizes, partBytes)
      assert.equal(result, 'end')
      assert.deepEqual(Buffer.concat(parts.map(({ content }) => content)), text)
      for (const { content, seen } of parts) {
        const part = content.toString()
        assert.equal((part.match(/"/g) ?? []).length % 2, 0)
        assert.ok(part === '' || part.endsWith('\n'))
        assert.equal(seen?.lines, part.split('\n').length - 1)
      }
    }),
    { numRuns: 60 },
  )
})

test('the first NUL is told of the part that holds it', async () => {
  const { parts } = await cut(Buffer.from('a\nb\n\0c\n'), [2], 2)
  assert.deepEqual(
    parts.map(({ seen }) => seen?.nulAt ?? null).filter((at) => at !== null),
    [0],
  )
})

test('a writer ahead of its reader pauses, and ends when the reader leaves', async () => {
  const queue = new PartQueue<number>(2)
  const put: number[] = []
  const writing = (async () => {
    for (let index = 0; await queue.put(index); index++) put.push(index)
  })()
  for await (const item of queue) if (item === 3) break
  await writing
  assert.ok(put.length <= 6, `${put.length}`)
})

test('a source that fails tells the reader', async () => {
  const queue = new PartQueue<ImportPart>(2)
  const folder = mkdtempSync(join(tmpdir(), 'keyhold-parts-'))
  // oxlint-disable-next-line require-yield
  const source = (async function* (): AsyncGenerator<Uint8Array> {
    throw new Error('cut short')
  })()
  const writing = writeParts(source, queue, { folder, cutter: undefined, partBytes: 10 })
  await assert.rejects(writing, /cut short/)
  await assert.rejects(async () => {
    for await (const _ of queue) assert.fail('a part')
  }, /cut short/)
})
