import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createSignals } from '../jobs/index.ts'
import { followUpload, type UploadStatus } from './follow-upload.ts'

const folder = await mkdtemp(join(tmpdir(), 'keyhold-follow-'))
after(() => rm(folder, { recursive: true, force: true }))

async function collect(pieces: AsyncGenerator<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

function follow(path: string, status: () => UploadStatus, patience = 5_000, offset = 0) {
  const signals = createSignals()
  const pieces = followUpload({
    file: () => open(path, 'r'),
    offset,
    status: async () => status(),
    change: (milliseconds) => signals.wait('upload', milliseconds),
    patience,
    clock: () => performance.now(),
  })
  return { pieces, raise: () => signals.raise('upload') }
}

test('a follower gets what is acknowledged, waits for more, and ends with the upload', async () => {
  const bytes = randomBytes(3_000_000)
  const path = join(folder, 'growing')
  await writeFile(path, bytes)
  const status = { state: 'open' as const, received: 1_200_000, length: bytes.length }
  const { pieces, raise } = follow(path, () => status, 5_000, 100)
  const first = await pieces.next()
  assert.deepEqual(first.value, bytes.subarray(100, 100 + (1 << 20)))
  const rest = collect(pieces)
  status.received = bytes.length
  raise()
  assert.ok((await rest).equals(bytes.subarray(100 + (1 << 20))))
})

test('a follower never gets a byte that is not acknowledged, and ends when nothing comes', async () => {
  const path = join(folder, 'ahead')
  await writeFile(path, randomBytes(1000))
  const { pieces } = follow(path, () => ({ state: 'open', received: 300, length: 1000 }), 30)
  assert.equal((await collect(pieces)).length, 300)
})

test('a follower of an abandoned upload ends at once', async () => {
  const { pieces } = follow(join(folder, 'absent'), () => ({ state: 'abandoned', received: 300, length: 1000 }))
  assert.equal((await collect(pieces)).length, 0)
})
