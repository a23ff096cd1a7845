import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { joinBytes } from '../bytes.ts'
import { createFileSealer, drawFileKey, resumeFileSealer, sealBytes } from '../seal/file-sealer.ts'
import { parseSealedHead } from '../sealed-head.ts'
import { patternBytes } from '../vectors/check-vectors.ts'
import { openBytes } from './file-opener.ts'
import { FileReader, type SealedSource } from './file-reader.ts'

const header = { organisation: 'o', project: 'p', table: 't', file: 'f', version: 1, purpose: 'data' } as const
const key = patternBytes(32)
const keys = { tableKey: () => key }
const plaintext = patternBytes(600_000)
const sealed = await sealBytes({ header, recipients: [{ kind: 'table-key', id: 'k', version: 1, key }] }, plaintext)
const headLength = (await parseSealedHead(sealed)).length

/** Counts reads and remembers the longest. */
function createSource(bytes: Uint8Array): SealedSource & { reads: number; longest: number } {
  return {
    length: bytes.length,
    reads: 0,
    longest: 0,
    async readRange(offset, length) {
      this.reads += 1
      this.longest = Math.max(this.longest, length)
      return bytes.slice(offset, offset + length)
    },
  }
}

test('any range reads as it was sealed, a segment at a time', async () => {
  const source = createSource(sealed)
  const reader = await FileReader.open(source, keys, header)
  assert.equal(reader.length, plaintext.length)
  await fc.assert(
    fc.asyncProperty(fc.nat(plaintext.length), fc.nat(plaintext.length), async (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      assert.ok(Buffer.from(await reader.read(from, to - from)).equals(plaintext.subarray(from, to)))
    }),
    { numRuns: 40 },
  )
  assert.ok(source.longest <= 262_144)
})

test('reading within one segment asks for it once', async () => {
  const source = createSource(sealed)
  const reader = await FileReader.open(source, keys, header)
  const opened = source.reads
  await Promise.all([reader.read(0, 10), reader.read(100, 10), reader.read(5000, 10)])
  assert.equal(source.reads - opened, 1)
})

test('the whole file streams from any offset', async () => {
  const reader = await FileReader.open(createSource(sealed), keys, header)
  const parts = []
  for await (const part of reader.stream(1234)) parts.push(part)
  assert.ok(Buffer.from(joinBytes(parts)).equals(plaintext.subarray(1234)))
})

test('a file cut at a segment boundary is refused on opening, before any byte is read', async () => {
  for (const segments of [0, 1, 2]) {
    const cut = sealed.subarray(0, headLength + segments * 262_144)
    const code = segments === 0 ? 'floe.truncated' : 'floe.segment_malformed'
    await assert.rejects(FileReader.open(createSource(cut), keys, header), { code })
  }
  await assert.rejects(FileReader.open(createSource(sealed.subarray(0, 40)), keys, header), {
    code: 'header.truncated',
  })
  await assert.rejects(FileReader.open(createSource(new Uint8Array(0)), keys, header), { code: 'header.truncated' })
})

test('a file that ends in an empty segment opens, and not without it', async () => {
  const fileKey = drawFileKey()
  const sealer = await createFileSealer({
    header,
    recipients: [{ kind: 'table-key', id: 'k', version: 1, key }],
    fileKey,
  })
  const full = await sealer.push(plaintext.subarray(0, 2 * 262_112 + 1))
  const end = await resumeFileSealer({ head: sealer.head, fileKey, segment: 2 })
  const file = joinBytes([sealer.head, ...full.flat(), ...(await end.finish()).flat()])
  const reader = await FileReader.open(createSource(file), keys, header)
  assert.equal(reader.length, 2 * 262_112)
  assert.ok(Buffer.from(await reader.read(0, reader.length)).equals(plaintext.subarray(0, reader.length)))
  assert.equal((await openBytes(file, keys, header)).length, reader.length)
  const cut = createSource(file.subarray(0, -32))
  await assert.rejects(FileReader.open(cut, keys, header), { code: 'floe.segment_malformed' })
  const forged = file.slice()
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
  await assert.rejects(FileReader.open(createSource(forged), keys, header), { code: 'floe.segment_forged' })
})

test('ranges outside the file and altered segments are refused, and a source that failed may recover', async () => {
  const altered = sealed.slice()
  const at = headLength + 1000
  altered[at] = (altered[at] ?? 0) ^ 1
  const reader = await FileReader.open(createSource(altered), keys, header)
  await assert.rejects(reader.read(0, 1), { code: 'floe.segment_forged' })
  assert.equal((await reader.read(plaintext.length - 1, 1))[0], plaintext.at(-1))
  altered[at] = (altered[at] ?? 0) ^ 1
  assert.equal((await reader.read(0, 1))[0], 0)
  for (const [offset, length] of [
    [-1, 1],
    [0, 600_001],
    [600_001, 0],
    [0.5, 1],
  ] as const) {
    await assert.rejects(reader.read(offset, length), { code: 'range.invalid' })
  }
})
