import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import * as fc from 'fast-check'
import { receiveBytes } from './receive-bytes.ts'
import { wholeSegments } from './segments.ts'

const folder = await mkdtemp(join(tmpdir(), 'keyhold-receive-'))
after(() => rm(folder, { recursive: true, force: true }))

async function* cut(bytes: Buffer, sizes: readonly number[], breaksOff: boolean): AsyncGenerator<Buffer> {
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
  if (breaksOff) throw new Error('aborted')
}

test('whatever the cuts, the file holds what was acknowledged, also when the source breaks off', async () => {
  const bytes = randomBytes(700_000)
  const property = fc.asyncProperty(
    fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 6 }),
    fc.integer({ min: 0, max: bytes.length }),
    fc.integer({ min: 1, max: 90_000 }),
    fc.boolean(),
    async (sizes, sent, segmentLength, breaksOff) => {
      const path = join(folder, 'upload')
      const file = await open(path, 'w+')
      const points: number[] = []
      const geometry = { length: bytes.length, headerLength: 500, segmentLength }
      const outcome = await receiveBytes({
        source: cut(bytes.subarray(0, sent), sizes, breaksOff),
        file,
        geometry,
        offset: 0,
        acknowledge: async (point) => void points.push(point),
        replaced: new AbortController().signal,
      })
      await file.close()
      assert.equal(outcome.complete, !breaksOff)
      assert.equal(outcome.acknowledged, wholeSegments(geometry, sent))
      assert.equal(points.at(-1) ?? 0, outcome.acknowledged)
      const held = await readFile(path)
      assert.ok(held.subarray(0, outcome.acknowledged).equals(bytes.subarray(0, outcome.acknowledged)))
    },
  )
  await fc.assert(property, { numRuns: 40 })
})

test('an upload that grows beyond its announced length is refused, and its own bytes stay', async () => {
  const bytes = randomBytes(5000)
  const path = join(folder, 'long')
  const file = await open(path, 'w+')
  const points: number[] = []
  const receiving = receiveBytes({
    source: cut(bytes, [1024], false),
    file,
    geometry: { length: 4000, headerLength: 100, segmentLength: 1000 },
    offset: 0,
    acknowledge: async (point) => void points.push(point),
    replaced: new AbortController().signal,
  })
  await assert.rejects(receiving, { code: 'upload.too_long' })
  await file.close()
  assert.deepEqual(points, [4000])
  assert.deepEqual(await readFile(path), bytes.subarray(0, 4000))
})

test('a full disk is told to the caller and nothing is acknowledged after it', async () => {
  const path = join(folder, 'read-only')
  await (await open(path, 'w')).close()
  const file = await open(path, 'r')
  const receiving = receiveBytes({
    source: cut(randomBytes(3 << 20), [65_536], false),
    file,
    geometry: { length: 3 << 20, headerLength: 100, segmentLength: 1000 },
    offset: 0,
    acknowledge: () => assert.fail('acknowledged'),
    replaced: new AbortController().signal,
  })
  await assert.rejects(receiving, { code: 'EBADF' })
  await file.close()
})

test('once another writer has taken over, nothing more is acknowledged', async () => {
  const file = await open(join(folder, 'replaced'), 'w+')
  const replaced = new AbortController()
  async function* source() {
    yield randomBytes(2 << 20)
    replaced.abort()
    throw new Error('aborted')
  }
  const receiving = receiveBytes({
    source: source(),
    file,
    geometry: { length: 4 << 20, headerLength: 100, segmentLength: 1000 },
    offset: 0,
    acknowledge: () => assert.fail('acknowledged'),
    replaced: replaced.signal,
  })
  await assert.rejects(receiving, { code: 'upload.taken_over' })
  await file.close()
})
