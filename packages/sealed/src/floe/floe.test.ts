import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { encodeText, joinBytes } from '../bytes.ts'
import { SealedError, type SealedCode } from '../errors.ts'
import { FloeOpener, openFloe, SegmentOpener } from '../open/floe-opener.ts'
import { FloeSealer } from '../seal/floe-sealer.ts'
import { patternBytes } from '../vectors/check-vectors.ts'
import { readSharedVectors } from '../vectors/shared-vectors.ts'
import { plaintextLength, plaintextOffset, sealedLength, segmentCount, segmentRange } from './geometry.ts'
import type { FloeParameters } from './parameters.ts'

const small: FloeParameters = { segmentLength: 48, rotationMask: 2 }
const capacity = 16
const key = patternBytes(32)
const aad = encodeText('aad')

async function seal(
  plaintext: Uint8Array,
  parameters = small,
): Promise<{ header: Uint8Array; segments: Uint8Array[] }> {
  const sealer = await FloeSealer.start(key, aad, { parameters })
  const segments = await sealer.finish(plaintext)
  return { header: sealer.header, segments: segments.map((pieces) => joinBytes(pieces)) }
}

async function startOpener(header: Uint8Array, aadOf = aad): Promise<FloeOpener> {
  return new FloeOpener(await SegmentOpener.start(key, aadOf, header, small))
}

/** Pushes chunk by chunk and keeps what was released before a refusal, if there was one. */
async function observe(
  header: Uint8Array,
  chunks: readonly Uint8Array[],
): Promise<{ released: Uint8Array; error: unknown }> {
  const released: Uint8Array[] = []
  try {
    const opener = await startOpener(header)
    for (const chunk of chunks) released.push(...(await opener.push(chunk)))
    released.push(await opener.finish())
    return { released: joinBytes(released), error: undefined }
  } catch (error) {
    return { released: joinBytes(released), error }
  }
}

function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let offset = 0
  for (const length of lengths) {
    chunks.push(bytes.slice(offset, offset + length))
    offset += length
  }
  return [...chunks, bytes.slice(offset)]
}

function assertCode(error: unknown, ...codes: SealedCode[]): void {
  assert.ok(error instanceof SealedError, `refused with a stable code, not ${String(error)}`)
  assert.ok(codes.includes(error.code), `${error.code} is one of ${codes.join(', ')}`)
}

/** What was released is the true plaintext so far, in whole segments. */
function assertGenuine(released: Uint8Array, plaintext: Uint8Array): void {
  assert.equal(released.length % capacity, 0)
  assert.deepEqual(released, plaintext.slice(0, released.length))
}

// Without a size, fast-check hardly makes any longer than 10.
const lengths = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 12, size: 'max' })
const plaintexts = fc.uint8Array({ maxLength: 200, size: 'max' })

const peers = ['cpp', 'go', 'java', 'pub_java', 'rust'].flatMap((peer) =>
  ['GCM256_IV256_4K', 'GCM256_IV256_64', 'rotation'].map((name) => `${peer}_${name}`),
)

for (const name of [...peers, 'java_lastSegAligned', 'java_lastSegEmpty']) {
  test(`FLOE opens what ${name} sealed, and seals the same bytes with its randomness`, async (t) => {
    const ciphertext = readSharedVectors(t, `floe/${name}_ct.txt`)?.trim()
    const plaintext = readSharedVectors(t, `floe/${name}_pt.txt`)?.trim()
    if (ciphertext === undefined || plaintext === undefined) return
    const bytes = Uint8Array.fromHex(ciphertext)
    const segmentLength = new DataView(bytes.buffer).getUint32(2)
    const parameters = { segmentLength, rotationMask: name.includes('rotation') ? 2 : 20 }
    const [zeroKey, theirAad] = [new Uint8Array(32), encodeText('This is AAD')]
    const [header, body] = [bytes.slice(0, 74), bytes.slice(74)]
    const opened = await openFloe(zeroKey, theirAad, header, body, parameters)
    assert.equal(opened.toHex(), plaintext.toLowerCase())
    if (name.endsWith('lastSegEmpty')) return
    const ivs = [header.slice(10, 42)]
    for (let at = 0; at < body.length; at += segmentLength) ivs.push(body.slice(at + 4, at + 16))
    const random = () => ivs.shift() ?? new Uint8Array(0)
    const sealer = await FloeSealer.start(zeroKey, theirAad, { parameters, random })
    const segments = await sealer.finish(Uint8Array.fromHex(plaintext))
    assert.equal(joinBytes([sealer.header, ...segments.flat()]).toHex(), ciphertext.toLowerCase())
  })
}

test('any plaintext, sealed and opened in any chunks, comes back', async () => {
  await fc.assert(
    fc.asyncProperty(plaintexts, lengths, lengths, async (plaintext, sealCuts, openCuts) => {
      const sealer = await FloeSealer.start(key, aad, { parameters: small })
      const segments = []
      for (const chunk of cut(plaintext, sealCuts)) segments.push(...(await sealer.push(chunk)))
      segments.push(...(await sealer.finish()))
      const body = joinBytes(segments.flat())
      assert.equal(body.length, sealedLength(plaintext.length, small))
      assert.equal(segments.length, segmentCount(body.length, small))
      const { released, error } = await observe(sealer.header, cut(body, openCuts))
      assert.equal(error, undefined)
      assert.deepEqual(released, plaintext)
    }),
  )
})

test('every length up to several segments comes back, by stream and by segment', async () => {
  for (let length = 0; length <= 5 * capacity + 1; length++) {
    const plaintext = patternBytes(length)
    const { header, segments } = await seal(plaintext)
    const bodyLength = joinBytes(segments).length
    assert.equal(plaintextLength(bodyLength, small), length)
    const opener = await SegmentOpener.start(key, aad, header, small)
    const parts = []
    for (const index of segments.keys()) {
      const range = segmentRange(index, bodyLength, small)
      parts.push(
        await opener.open(joinBytes(segments).slice(range.offset, range.offset + range.length), index, range.final),
      )
    }
    assert.deepEqual(joinBytes(parts), plaintext)
  }
})

test('a plaintext offset names the segment that holds it', () => {
  assert.deepEqual(plaintextOffset(0), { segment: 0, within: 0 })
  assert.deepEqual(plaintextOffset(262_111), { segment: 0, within: 262_111 })
  assert.deepEqual(plaintextOffset(262_112), { segment: 1, within: 0 })
  assert.throws(() => plaintextOffset(-1), { code: 'range.invalid' })
  assert.throws(() => segmentRange(2, 262_144 + 32), { code: 'range.invalid' })
  assert.throws(() => segmentCount(31), { code: 'floe.truncated' })
  assert.throws(() => segmentCount(0), { code: 'floe.truncated' })
  assert.throws(() => sealedLength(2 ** 53 - 1, { segmentLength: 40, rotationMask: 20 }), { code: 'floe.too_long' })
})

test('calls that are not awaited keep their order', async () => {
  const plaintext = patternBytes(150)
  const sealer = await FloeSealer.start(key, aad, { parameters: small })
  const sealing = cut(plaintext, [5, 20, 3, 70]).map((chunk) => sealer.push(chunk))
  const last = sealer.finish()
  const body = joinBytes([...(await Promise.all(sealing)), await last].flat(2))
  const opener = await startOpener(sealer.header)
  const opening = cut(body, [50, 100, 7]).map((chunk) => opener.push(chunk))
  const end = opener.finish()
  assert.deepEqual(joinBytes([...(await Promise.all(opening)).flat(), await end]), plaintext)
})

test('any flipped bit is refused and nothing unverified is released', async () => {
  await fc.assert(
    fc.asyncProperty(plaintexts, lengths, fc.nat(), async (plaintext, cuts, at) => {
      const { header, segments } = await seal(plaintext)
      const bytes = joinBytes([header, ...segments])
      const bit = at % (bytes.length * 8)
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const { released, error } = await observe(bytes.slice(0, 74), cut(bytes.slice(74), cuts))
      assertCode(
        error,
        'floe.header_forged',
        'floe.header_malformed',
        'floe.segment_forged',
        'floe.segment_malformed',
        'floe.trailing_data',
        'floe.truncated',
      )
      assertGenuine(released, plaintext)
      assert.ok(released.length <= Math.floor(Math.max(0, (bit >> 3) - 74) / small.segmentLength) * capacity)
    }),
    { numRuns: 400 },
  )
})

test('a body cut at any byte, each segment boundary included, is refused', async () => {
  for (const length of [0, 1, capacity, capacity + 1, 3 * capacity, 3 * capacity + 5]) {
    const plaintext = patternBytes(length)
    const { header, segments } = await seal(plaintext)
    const body = joinBytes(segments)
    for (let end = 0; end < body.length; end++) {
      const { released, error } = await observe(header, [body.slice(0, end)])
      assertCode(error, 'floe.truncated')
      assertGenuine(released, plaintext)
    }
  }
})

test('segments left out, repeated, swapped or of another file are refused', async () => {
  const plaintext = patternBytes(4 * capacity)
  const { header, segments } = await seal(plaintext)
  const other = await seal(plaintext)
  const [a, b, c, d] = segments as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
  const bodies = [[b, a, c, d], [a, c, b, d], [b, c, d], [a, a, b, c, d], [a, b, d], [a, b, d, c], [d], [a, b, c, c, d]]
  for (const body of [...bodies, [a, other.segments[1] ?? d, c, d], [a, b, c, other.segments[3] ?? a]]) {
    const { released, error } = await observe(header, [joinBytes(body)])
    assertCode(error, 'floe.segment_forged', 'floe.trailing_data')
    assertGenuine(released, plaintext)
  }
  assertCode((await observe(other.header, [joinBytes(segments)])).error, 'floe.segment_forged')
  assertCode((await observe(header, [joinBytes([a, b, c, d, Uint8Array.of(0)])])).error, 'floe.trailing_data')
})

test('another key or other associated data is refused before any segment', async () => {
  const { header } = await seal(patternBytes(5))
  await assert.rejects(startOpener(header, encodeText('other')), { code: 'floe.header_forged' })
  const otherKey = new Uint8Array(32)
  await assert.rejects(SegmentOpener.start(otherKey, aad, header, small), { code: 'floe.header_forged' })
  await assert.rejects(SegmentOpener.start(key.slice(1), aad, header, small), { code: 'key.malformed' })
  await assert.rejects(SegmentOpener.start(key, aad, header), { code: 'floe.header_malformed' })
  await assert.rejects(SegmentOpener.start(key, aad, header.slice(0, 73), small), { code: 'floe.header_malformed' })
})

test('a final segment is not taken for an internal one, nor the other way round', async () => {
  const { header, segments } = await seal(patternBytes(2 * capacity))
  const [first, last] = segments as [Uint8Array, Uint8Array]
  const opener = await SegmentOpener.start(key, aad, header, small)
  await assert.rejects(opener.open(first, 0, true), { code: 'floe.segment_malformed' })
  await assert.rejects(opener.open(last, 1, false), { code: 'floe.segment_malformed' })
  const claimed = first.slice()
  claimed.set([0, 0, 0, small.segmentLength])
  await assert.rejects(opener.open(claimed, 0, true), { code: 'floe.segment_forged' })
})

test('a refused or finished stream stays closed', async () => {
  const { header, segments } = await seal(patternBytes(3))
  const body = joinBytes(segments)
  const refused = await startOpener(header)
  await assert.rejects(refused.push(Uint8Array.of(0, 0, 0, 1)), { code: 'floe.segment_malformed' })
  await assert.rejects(refused.push(body), { code: 'floe.closed' })
  await assert.rejects(refused.finish(), { code: 'floe.closed' })
  const finished = await startOpener(header)
  await finished.push(body)
  await finished.finish()
  await assert.rejects(finished.finish(), { code: 'floe.closed' })
  const sealer = await FloeSealer.start(key, aad)
  await sealer.finish()
  await assert.rejects(sealer.push(body), { code: 'floe.closed' })
})
