import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { openFolderStore } from './objects.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhold-objects-'))
const store = await openFolderStore(folder)
after(() => rmSync(folder, { recursive: true }))

test('an object is read as it was put, whole and by ranges, and listed', async () => {
  const id = randomUUIDv7()
  const content = randomBytes(3_000_001)
  const stored = await store.put(id, Readable.from([content.subarray(0, 7), content.subarray(7)]))
  assert.deepEqual(stored, { length: content.length, digest: createHash('sha256').update(content).digest('base64url') })
  assert.deepEqual(await store.stat(id), { length: content.length })
  assert.ok((await buffer(await store.read(id))).equals(content))
  const ranges = [
    [0, 1],
    [5, 5],
    [2_999_990, 3_000_001],
    [1_000_000, 2_500_000],
  ] as const
  for (const [start, end] of ranges) {
    assert.ok((await buffer(await store.read(id, { start, end }))).equals(content.subarray(start, end)))
  }
  const listed = await Array.fromAsync(store.list())
  assert.deepEqual(listed, [id])
})

test('an object is never changed: a second put of its id is refused', async () => {
  const id = randomUUIDv7()
  await store.put(id, Readable.from([Buffer.from('one')]))
  await assert.rejects(store.put(id, Readable.from([Buffer.from('two')])), { code: 'object.exists' })
  assert.equal((await buffer(await store.read(id))).toString(), 'one')
})

test('a put whose source fails leaves nothing, and its id can be used again', async () => {
  const id = randomUUIDv7()
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('half')
      throw new Error('cut')
    })(),
  )
  await assert.rejects(store.put(id, broken), /cut/)
  assert.deepEqual(readdirSync(join(folder, 'incoming')), [])
  await store.put(id, Readable.from([Buffer.from('whole')]))
})

test('what a killed run left half written is removed at opening', async () => {
  writeFileSync(join(folder, 'incoming', randomUUIDv7()), 'half')
  await openFolderStore(folder)
  assert.deepEqual(readdirSync(join(folder, 'incoming')), [])
})

test('unknown objects, ranges outside and names that are no ids are refused by code', async () => {
  const id = randomUUIDv7()
  await assert.rejects(store.read(id), { code: 'object.unknown' })
  await assert.rejects(store.stat(id), { code: 'object.unknown' })
  await store.put(id, Readable.from([Buffer.from('abc')]))
  await assert.rejects(store.read(id, { start: 0, end: 4 }), { code: 'object.out_of_range' })
  await assert.rejects(store.read(id, { start: 3, end: 2 }), { code: 'object.out_of_range' })
  await assert.rejects(async () => store.read('../../etc/passwd'), { code: 'object.bad_id' })
  await assert.rejects(async () => store.put('x', Readable.from([])), { code: 'object.bad_id' })
})

test('deleting is repeatable, and deleted is unknown', async () => {
  const id = randomUUIDv7()
  await store.put(id, Readable.from([Buffer.from('abc')]))
  await store.delete(id)
  await store.delete(id)
  await assert.rejects(store.read(id), { code: 'object.unknown' })
})
