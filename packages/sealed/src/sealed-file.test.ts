import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { encodeU32, joinBytes } from './bytes.ts'
import { ContentDigest } from './content-digest.ts'
import type { ContextHeader } from './context-header.ts'
import { SealedError } from './errors.ts'
import { sealedLength } from './floe/geometry.ts'
import { createOpenTransform, FileOpener, openBytes } from './open/file-opener.ts'
import type { FileKeys } from './open/recipients.ts'
import { replaceRecipients } from './open/replace-recipients.ts'
import { exportSealingKey, generateSealingKey, importSealingKey } from './open/sealing-key.ts'
import { parseRecipientBlock } from './recipient-block.ts'
import { createFileSealer, createSealTransform, drawFileKey, resumeFileSealer, sealBytes } from './seal/file-sealer.ts'
import type { Recipient } from './seal/recipients.ts'
import { encodeContext, joinHead, maxHeadLength, measureHead, parseSealedHead } from './sealed-head.ts'
import { patternBytes } from './vectors/check-vectors.ts'

const header: ContextHeader = {
  organisation: 'org-1',
  project: 'project-1',
  table: 'table-1',
  file: 'file-1',
  version: 1,
  purpose: 'data',
}
const expected = { organisation: 'org-1', project: 'project-1', purpose: 'data' } as const
const tableKey = patternBytes(32)
const recipients: Recipient[] = [{ kind: 'table-key', id: 'key-1', version: 1, key: tableKey }]
const keys: FileKeys = { tableKey: (id) => (id === 'key-1' ? tableKey : undefined) }
const capacity = 262_112
const segmentLength = 262_144
const large = patternBytes(2 * capacity + 1000)
const sealedLarge = await sealBytes({ header, recipients }, large)
const { length: headLength } = await parseSealedHead(sealedLarge)

async function observe(sealed: Uint8Array, chunkLength: number): Promise<{ released: Uint8Array; error: unknown }> {
  const opener = new FileOpener(keys, expected)
  const released: Uint8Array[] = []
  try {
    for (let at = 0; at < sealed.length; at += chunkLength) {
      released.push(...(await opener.push(sealed.subarray(at, at + chunkLength))))
    }
    released.push(await opener.finish())
    return { released: joinBytes(released), error: undefined }
  } catch (error) {
    return { released: joinBytes(released), error }
  }
}

function assertGenuine(released: Uint8Array): void {
  assert.equal(released.length % capacity, 0)
  assert.ok(Buffer.from(released).equals(large.subarray(0, released.length)))
}

test('a file opens with the key of any of its recipients, in chunks of any size', async () => {
  const pair = await generateSealingKey('mlkem768-x25519')
  const both: Recipient[] = [...recipients, { kind: 'hpke', suite: pair.suite, publicKey: pair.publicKey }]
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 3000, size: 'max' }),
      fc.integer({ min: 1, max: 4000 }),
      async (plaintext, size) => {
        const sealed = await sealBytes({ header, recipients: both }, plaintext)
        const { length } = await parseSealedHead(sealed)
        assert.equal(sealed.length, length + sealedLength(plaintext.length))
        assert.deepEqual(await openBytes(sealed, { sealingKey: () => pair }, expected), plaintext)
        const { released } = await observe(sealed, size)
        assert.deepEqual(released, plaintext)
      },
    ),
    { numRuns: 30 },
  )
})

test('an exported sealing key opens what was sealed to it', async () => {
  for (const suite of ['mlkem768-x25519', 'x25519'] as const) {
    const pair = await generateSealingKey(suite)
    const sealed = await sealBytes({ header, recipients: [{ kind: 'hpke', suite, publicKey: pair.publicKey }] }, large)
    const imported = await importSealingKey(await exportSealingKey(pair))
    assert.equal(imported.keyId, pair.keyId)
    const opened = await openBytes(sealed, { sealingKey: (id) => (id === pair.keyId ? imported : undefined) }, expected)
    assert.ok(Buffer.from(opened).equals(large))
    const stranger = await generateSealingKey(suite)
    await assert.rejects(openBytes(sealed, { sealingKey: () => stranger }, expected), { code: 'recipient.forged' })
  }
  await assert.rejects(importSealingKey(new TextEncoder().encode('{}')), { code: 'key.malformed' })
})

test('any flipped bit of a file is refused with a stable code, and no unverified byte is released', async () => {
  const bits = fc.oneof(fc.nat(headLength * 8 - 1), fc.nat(sealedLarge.length * 8 - 1))
  await fc.assert(
    fc.asyncProperty(bits, fc.constantFrom(1000, 65_536, 1 << 20), async (bit, size) => {
      const altered = sealedLarge.slice()
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const { released, error } = await observe(altered, size)
      assert.ok(error instanceof SealedError, String(error))
      assertGenuine(released)
      assert.ok(released.length <= Math.floor(Math.max(0, (bit >> 3) - headLength) / segmentLength) * capacity)
    }),
    { numRuns: 300 },
  )
})

test('a file cut anywhere is refused: in its head, at a segment boundary, inside a segment, to nothing', async () => {
  const ends = [headLength + segmentLength, headLength + 2 * segmentLength, headLength + 1, sealedLarge.length - 1]
  for (const end of [...ends, ...Array.from({ length: headLength + 1 }, (_, index) => index)]) {
    const { released, error } = await observe(sealedLarge.subarray(0, end), 1 << 20)
    const code = end < headLength ? 'header.truncated' : 'floe.truncated'
    assert.ok(error instanceof SealedError)
    assert.equal(error.code, code, `cut at ${end}`)
    assertGenuine(released)
  }
})

test('the empty file is a file, and nothing is not', async () => {
  const sealed = await sealBytes({ header, recipients }, new Uint8Array(0))
  assert.equal((await openBytes(sealed, keys, expected)).length, 0)
  await assert.rejects(openBytes(new Uint8Array(0), keys, expected), { code: 'header.truncated' })
})

test('segments swapped, or taken from another file under the same table key, are refused', async () => {
  const other = await sealBytes({ header: { ...header, file: 'file-2' }, recipients }, large)
  const parts = (sealed: Uint8Array) => [
    sealed.subarray(0, headLength),
    sealed.subarray(headLength, headLength + segmentLength),
    sealed.subarray(headLength + segmentLength, headLength + 2 * segmentLength),
    sealed.subarray(headLength + 2 * segmentLength),
  ]
  const [head, a, b, c] = parts(sealedLarge) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
  const [, , b2, c2] = parts(other) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
  for (const forged of [
    [head, b, a, c],
    [head, a, b2, c],
    [head, a, b, c2],
    [head, a, c],
  ]) {
    const { released, error } = await observe(joinBytes(forged), 1 << 20)
    assert.ok(error instanceof SealedError)
    assert.equal(error.code, 'floe.segment_forged')
    assertGenuine(released)
  }
})

test('a file asked for as another is refused by what differs', async () => {
  const differing = { organisation: 'o', project: 'p', table: null, file: 'f', version: 2, purpose: 'upload' } as const
  for (const [field, value] of Object.entries(differing)) {
    await assert.rejects(openBytes(sealedLarge, keys, { ...expected, [field]: value }), (error: SealedError) => {
      assert.equal(error.code, 'header.unexpected')
      assert.match(error.message, new RegExp(field))
      return true
    })
  }
})

test('a header, a recipient block or a FLOE header of another file is refused', async () => {
  const other = await sealBytes({ header: { ...header, file: 'file-2' }, recipients }, large)
  const twin = await sealBytes({ header, recipients }, large)
  const swap = async (from: Uint8Array, part: 'context' | 'block' | 'floe') => {
    const [mine, theirs] = [await parseSealedHead(sealedLarge), await parseSealedHead(from)]
    const pick = (name: typeof part) =>
      name === part ? { head: theirs, bytes: from } : { head: mine, bytes: sealedLarge }
    const context = pick('context')
    const block = pick('block')
    const contextBytes = context.bytes.subarray(0, context.head.contextLength)
    const blockBytes = block.bytes.subarray(block.head.contextLength + 4, block.head.length - 74)
    const head = joinHead(contextBytes, blockBytes, pick('floe').head.floeHeader)
    return joinBytes([head, sealedLarge.subarray(mine.length)])
  }
  await assert.rejects(openBytes(await swap(other, 'context'), keys, expected), { code: 'recipient.forged' })
  await assert.rejects(openBytes(await swap(other, 'block'), keys, expected), { code: 'recipient.forged' })
  await assert.rejects(openBytes(await swap(other, 'floe'), keys, expected), { code: 'floe.header_forged' })
  await assert.rejects(openBytes(await swap(twin, 'block'), keys, expected), { code: 'floe.header_forged' })
})

test('replacing the recipients leaves header and body alone and shuts out the old ones', async () => {
  const newKey = patternBytes(40).slice(8)
  const to: Recipient[] = [{ kind: 'table-key', id: 'key-2', version: 1, key: newKey }]
  const replaced = await replaceRecipients(sealedLarge.subarray(0, headLength), keys, expected, to)
  assert.equal(replaced.oldLength, headLength)
  const before = await parseSealedHead(sealedLarge)
  const after = await parseSealedHead(replaced.head)
  assert.deepEqual(after.contextDigest, before.contextDigest)
  assert.deepEqual(after.floeHeader, before.floeHeader)
  const file = joinBytes([replaced.head, sealedLarge.subarray(replaced.oldLength)])
  const opened = await openBytes(file, { tableKey: () => newKey }, expected)
  assert.ok(Buffer.from(opened).equals(large))
  await assert.rejects(openBytes(file, keys, expected), { code: 'recipient.no_key' })
  await assert.rejects(openBytes(file, { tableKey: () => tableKey }, expected), { code: 'recipient.forged' })
})

test('hybrid and classical recipients are never put into one block', async () => {
  const hybrid = await generateSealingKey('mlkem768-x25519')
  const classical = await generateSealingKey('x25519')
  const mixed = [hybrid, classical].map(({ suite, publicKey }) => ({ kind: 'hpke', suite, publicKey }) as const)
  await assert.rejects(createFileSealer({ header, recipients: mixed }), { code: 'recipient.mixed_suites' })
  await assert.rejects(createFileSealer({ header, recipients: [] }), { code: 'recipient.malformed' })
  const many = Array.from({ length: 17 }, () => recipients[0] as Recipient)
  await assert.rejects(createFileSealer({ header, recipients: many }), { code: 'recipient.malformed' })
})

test('a public key that is none is refused', async () => {
  const seal = (suite: 'x25519' | 'mlkem768-x25519', publicKey: Uint8Array) =>
    createFileSealer({ header, recipients: [{ kind: 'hpke', suite, publicKey }] })
  await assert.rejects(seal('x25519', new Uint8Array(31)), { code: 'key.malformed' })
  await assert.rejects(seal('x25519', new Uint8Array(32)), { code: 'key.malformed' }, 'a point of low order')
  await assert.rejects(seal('mlkem768-x25519', new Uint8Array(32)), { code: 'key.malformed' })
  await assert.rejects(seal('mlkem768-x25519', new Uint8Array(1216).fill(255)), { code: 'key.malformed' })
})

test('sealing goes on from a stored segment and gives the same plaintext', async () => {
  const fileKey = drawFileKey()
  const first = await createFileSealer({ header, recipients, fileKey })
  const [stored] = await first.push(large)
  const second = await resumeFileSealer({ head: first.head, fileKey, segment: 1 })
  assert.deepEqual(second.head, first.head)
  const rest = await second.finish(large.subarray(capacity))
  const file = joinBytes([first.head, ...(stored ?? []), ...rest.flat()])
  assert.ok(Buffer.from(await openBytes(file, keys, expected)).equals(large))
  const wrong = { head: first.head, fileKey: drawFileKey(), segment: 1 }
  await assert.rejects(resumeFileSealer(wrong), { code: 'recipient.forged' })
  await assert.rejects(resumeFileSealer({ head: first.head, fileKey, segment: -1 }), { code: 'range.invalid' })
})

test('streams seal and open, and a stream cut short fails', async () => {
  const source = (bytes: Uint8Array) => new Blob([new Uint8Array(bytes)]).stream()
  const sealing = source(large).pipeThrough(await createSealTransform({ header, recipients }))
  const sealed = await new Response(sealing).bytes()
  const opening = source(sealed).pipeThrough(createOpenTransform(keys, expected))
  assert.ok(Buffer.from(await new Response(opening).bytes()).equals(large))
  const short = source(sealed.slice(0, -1)).pipeThrough(createOpenTransform(keys, expected))
  await assert.rejects(new Response(short).bytes(), { code: 'floe.truncated' })
})

test('the content digest is over the digests of head and segments, however the bytes come', async () => {
  const whole = new ContentDigest(headLength)
  await whole.push(sealedLarge)
  const digest = await whole.finish()
  assert.equal(whole.digests.length, 4)
  const pieces = new ContentDigest(headLength)
  for (let at = 0; at < sealedLarge.length; at += 99_999) void pieces.push(sealedLarge.subarray(at, at + 99_999))
  assert.equal(await pieces.finish(), digest)
  const resumed = new ContentDigest(headLength, whole.digests.slice(0, 2))
  await resumed.push(sealedLarge.subarray(headLength + segmentLength))
  assert.equal(await resumed.finish(), digest)
})

test('a head is measured from its first bytes, within limits', async () => {
  let known = 0
  while (measureHead(sealedLarge.subarray(0, known)) > known) known = measureHead(sealedLarge.subarray(0, known))
  assert.equal(known, headLength)
  assert.ok(headLength < maxHeadLength)
  const context = encodeContext(header)
  const hugeHeader = joinBytes([context.subarray(0, 5), encodeU32(2049)])
  assert.throws(() => measureHead(hugeHeader), { code: 'header.too_long' })
  assert.throws(() => measureHead(joinBytes([context, encodeU32(65_537)])), { code: 'recipient.too_long' })
  assert.throws(() => parseRecipientBlock(new Uint8Array(65_537)), { code: 'recipient.too_long' })
})

test('a header with a field out of its range is refused', async () => {
  const wrong: [object, string][] = [
    [{ organisation: '' }, 'header.malformed'],
    [{ project: 'a b' }, 'header.malformed'],
    [{ table: undefined }, 'header.malformed'],
    [{ file: 'x'.repeat(129) }, 'header.malformed'],
    [{ version: -1 }, 'header.malformed'],
    [{ version: 1.5 }, 'header.malformed'],
    [{ purpose: 'other' }, 'header.unsupported'],
    [{ purpose: 'response' }, 'header.malformed'],
    [{ purpose: 'response', request: 'short' }, 'header.malformed'],
    [{ request: 'A'.repeat(43) }, 'header.malformed'],
  ]
  for (const [change, code] of wrong) {
    const altered = { ...header, ...change } as ContextHeader
    assert.throws(() => encodeContext(altered), { code }, JSON.stringify(change))
  }
})
