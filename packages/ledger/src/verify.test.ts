import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import * as fc from 'fast-check'
import { signCheckpoint } from './checkpoint.ts'
import { signDataPlaneEntry } from './data-plane-chain.ts'
import { entryLeafHash } from './entry.ts'
import { cosignNote } from './note.ts'
import { splitLines } from './split-lines.ts'
import {
  dataPlaneId,
  exportLines,
  logSigner,
  makeKey,
  makeLog,
  makeSigner,
  streamLines,
  testOrigin,
  type TestLog,
} from './test-log.ts'
import { appendLeaves, emptyFrontier, frontierRoot } from './tree.ts'
import { verifyBundle, type VerifyOptions } from './verify.ts'
import { concatBytes } from './encoding.ts'

const size = 600
const pinned: VerifyOptions = { pinnedKeys: [logSigner.key], pinnedDataPlanes: [dataPlaneId] }
let log: TestLog
let lines: string[]

before(async () => {
  log = await makeLog(size)
  lines = await exportLines(log)
})

const verify = (changed: readonly string[], options: VerifyOptions = pinned) =>
  verifyBundle(streamLines(changed), options)

async function expectFault(changed: readonly string[], code: string, index: number | null, options?: VerifyOptions) {
  const verdict = await verify(changed, options)
  assert.deepEqual(verdict.ok ? verdict : { code: verdict.code, index: verdict.index }, { code, index })
}

const lineOf = (index: number) => lines.findIndex((line) => line.includes(`"index":${index},`))
const changeEntry = (index: number, change: (line: string) => string) =>
  lines.map((line, i) => (i === lineOf(index) ? change(line) : line))

/** The log as an operator who holds its key would rewrite it: hashes, root and signature made anew. */
async function rewriteLog(change: (entries: TestLog['entries']) => TestLog['entries']): Promise<string[]> {
  const entries = change(log.entries)
  const leaves = concatBytes(...entries.map(({ salt, entry }) => entryLeafHash(salt, entry)))
  const { frontier } = appendLeaves(emptyFrontier, leaves)
  const checkpoint = { origin: testOrigin, size: entries.length, root: frontierRoot(frontier) }
  const read = (_: number, index: number) => leaves.subarray(index * 8192, (index + 1) * 8192)
  return exportLines({ ...log, entries, checkpoint, note: await signCheckpoint(checkpoint, [logSigner]), read })
}

test('KH-02: an exported log verifies offline, with its root and the data plane’s chain', async () => {
  const verdict = await verify(lines)
  assert.deepEqual(verdict, {
    ok: true,
    origin: testOrigin,
    size,
    root: log.checkpoint.root.toBase64(),
    entries: size,
    dataPlanes: [{ keyId: dataPlaneId, entries: 200, head: log.head.digest }],
    witnesses: [],
    pinned: true,
  })
})

test('logs of every size around a tile verify, the empty one included', async () => {
  for (const count of [0, 1, 2, 255, 256, 257, 512]) {
    const verdict = await verify(await exportLines(await makeLog(count)))
    assert.ok(verdict.ok, `${count}: ${JSON.stringify(verdict)}`)
  }
})

test('KH-02: an altered entry is named, wherever it is and whatever was altered', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: size - 1 }),
      fc.constantFrom('action', 'outcome', 'time', 'salt'),
      async (index, what) => {
        const changed = changeEntry(index, (line) => {
          if (what === 'action')
            return line.replace('tokens.create', 'tokens.revoke').replace('queries.run', 'queries.ran')
          if (what === 'outcome') return line.replace('success', 'failure')
          if (what === 'time') return line.replace('2026-', '2025-')
          return line.replace(
            /"salt":"(.)(?=[^"]+"(?:,"signature"|}$))/,
            (_, first) => `"salt":"${first === 'A' ? 'B' : 'A'}`,
          )
        })
        await expectFault(changed, 'ledger.entry_altered', index)
      },
    ),
    { numRuns: 25 },
  )
})

test('KH-02: no single character of a bundle can be changed without its being found', async () => {
  const short = await exportLines(await makeLog(4))
  const text = `${short.join('\n')}\n`
  for (let at = 0; at < text.length; at += 3) {
    const character = text[at] === 'x' ? 'y' : 'x'
    const changed = `${text.slice(0, at)}${character}${text.slice(at + 1)}`
    const verdict = await verifyBundle(splitLines(streamBytes(changed, 1000)), pinned)
    assert.ok(!verdict.ok, `character ${at} (${text.slice(at - 20, at + 20)})`)
  }
})

async function* streamBytes(text: string, length: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

test('an altered leaf hash is told apart from an altered entry', async () => {
  const tile = lines.findIndex((line) => line.includes('"tile":1}'))
  const changed = lines.with(tile, lines[tile]!.replace(/"hashes":"../, '"hashes":"zz'))
  await expectFault(changed, 'ledger.tile_altered', 256)
})

test('an entry altered together with its leaf hash gives another root', async () => {
  const other = await rewriteLog((entries) =>
    entries.with(7, { ...entries[7]!, entry: entries[7]!.entry.replace('create', 'revoke') }),
  )
  await expectFault(other.with(1, lines[1]!), 'ledger.root_mismatch', null)
})

test('KH-02: history rewritten by whoever holds the log’s key contradicts a checkpoint known before', async () => {
  const known = (await makeLog(300)).checkpoint
  assert.ok((await verify(lines, { ...pinned, knownCheckpoint: known })).ok)
  const rewritten = await rewriteLog((entries) =>
    entries.with(7, { ...entries[7]!, entry: entries[7]!.entry.replace('create', 'revoke') }),
  )
  assert.ok((await verify(rewritten)).ok)
  await expectFault(rewritten, 'ledger.consistency_invalid', null, { ...pinned, knownCheckpoint: known })
  for (const count of [0, 1, 255, 256, 257, 599, 600]) {
    const earlier = (await makeLog(count)).checkpoint
    assert.ok((await verify(lines, { ...pinned, knownCheckpoint: earlier })).ok, String(count))
  }
})

test('KH-02: a log shorter than a known checkpoint, or of another origin, is refused', async () => {
  const later = (await makeLog(601)).checkpoint
  await expectFault(lines, 'ledger.rolled_back', null, { ...pinned, knownCheckpoint: later })
  const other = { ...log.checkpoint, origin: 'example.com/other' }
  await expectFault(lines, 'ledger.origin_mismatch', null, { ...pinned, knownCheckpoint: other })
})

test('KH-02: an entry that the control plane leaves out shows as a gap in the data plane’s chain', async () => {
  const omitted = await exportLines(await makeLog(size, 50))
  const index = (await makeLog(size, 50)).entries.findIndex(({ entry }) => entry.includes('"sequence":51}'))
  await expectFault(omitted, 'ledger.chain_gap', index)
})

test('KH-02: leaving out the last entries shows against what the data plane itself knows', async () => {
  const keyId = dataPlaneId
  const known = { keyId, sequence: 200, digest: log.head.digest! }
  assert.ok((await verify(lines, { ...pinned, knownHeads: [known] })).ok)
  await expectFault(lines, 'ledger.chain_omission', null, { ...pinned, knownHeads: [{ ...known, sequence: 201 }] })
  const digest = 'A'.repeat(43)
  await expectFault(lines, 'ledger.chain_broken', 599, { ...pinned, knownHeads: [{ ...known, digest }] })
})

test('a data plane’s entry without its signature, with another’s, or from a key not pinned is refused', async () => {
  const at = 2
  await expectFault(
    changeEntry(at, (line) => line.replace(/,"signature":"[^"]+"/, '').replace(/"signature":"[^"]+",/, '')),
    'ledger.signature_missing',
    at,
  )
  const forged = (await signDataPlaneEntry(log.entries[at]!.entry, makeKey(9).sign)).toBase64({
    alphabet: 'base64url',
    omitPadding: true,
  })
  await expectFault(
    changeEntry(at, (line) => line.replace(/"signature":"[^"]+"/, `"signature":"${forged}"`)),
    'ledger.signature_invalid',
    at,
  )
  await expectFault(lines, 'ledger.key_untrusted', at, { ...pinned, pinnedDataPlanes: [] })
  const header = lines[0]!.replace(/"dataPlanes":\[[^\]]*\]/, '"dataPlanes":[]')
  await expectFault(lines.with(0, header), 'ledger.key_unknown', at)
})

test('a disclosed personal field that is not the one committed to is named; an erased one is not missed', async () => {
  await expectFault(
    changeEntry(9, (line) => line.replace('Ada Lovelace', 'Eve')),
    'ledger.disclosure_invalid',
    9,
  )
  const erased = changeEntry(9, (line) => line.replace(/"disclosures":\[.*?\],"entry"/, '"disclosures":[],"entry"'))
  assert.ok((await verify(erased)).ok)
})

test('missing, swapped, repeated and trailing lines are refused', async () => {
  const at = lineOf(300)
  await expectFault(lines.toSpliced(at, 1), 'ledger.entry_missing', 300)
  await expectFault(lines.toSpliced(at, 0, lines[at]!), 'ledger.entry_missing', 301)
  await expectFault(lines.with(at, lines[at + 1]!).with(at + 1, lines[at]!), 'ledger.entry_missing', 300)
  await expectFault(lines.slice(0, -1), 'ledger.bundle_truncated', 599)
  await expectFault(lines.slice(0, lineOf(511) + 1), 'ledger.bundle_truncated', 512)
  await expectFault([...lines, lines.at(-1)!], 'ledger.bundle_malformed', null)
  await expectFault(lines.slice(1), 'ledger.bundle_malformed', null)
  await expectFault(lines.toSpliced(1, 1), 'ledger.bundle_malformed', null)
  await expectFault([], 'ledger.bundle_malformed', null)
  await expectFault(
    changeEntry(5, () => '{"a":'),
    'ledger.canonical_malformed',
    5,
  )
  await expectFault(lines.toSpliced(2, 1), 'ledger.bundle_malformed', 0)
})

test('the log’s key is taken from the bundle only if none is pinned, and the result says so', async () => {
  const verdict = await verify(lines, {})
  assert.ok(verdict.ok && !verdict.pinned)
  const other = makeSigner(testOrigin, 8)
  await expectFault(lines, 'ledger.note_unsigned', null, { pinnedKeys: [other.key] })
  const forged = await signCheckpoint(log.checkpoint, [other])
  const changed = lines.with(1, JSON.stringify({ checkpoint: forged }))
  await expectFault(changed, 'ledger.note_unsigned', null, pinned)
})

test('KH-02: pinned witnesses that cosigned are named with their time', async () => {
  const witness = makeSigner('witness.example/w1', 3, 'cosignature')
  const note = await cosignNote(log.note, witness, 1_700_000_000)
  const verdict = await verify(lines.with(1, JSON.stringify({ checkpoint: note })), {
    pinnedKeys: [logSigner.key, witness.key],
  })
  assert.deepEqual(verdict.ok && verdict.witnesses, [{ name: 'witness.example/w1', timestamp: 1_700_000_000 }])
})

test('a bundle is read the same however its bytes are cut, and a cut line is found', async () => {
  const text = `${lines.slice(0, 60).join('\n')}\n`
  for (const length of [1, 7, 4096]) {
    const read: string[] = []
    for await (const line of splitLines(streamBytes(text, length))) read.push(line)
    assert.deepEqual(read, lines.slice(0, 60))
  }
  const cut = await verifyBundle(splitLines(streamBytes(text.slice(0, -2), 4096)), pinned)
  assert.equal(!cut.ok && cut.code, 'ledger.bundle_truncated')
  const endless = await verifyBundle(splitLines(streamBytes('x'.repeat(2_000_000), 65_536)), pinned)
  assert.equal(!endless.ok && endless.code, 'ledger.bundle_malformed')
})

test('a fault of the source itself is passed on, and the source is closed', async () => {
  let closed = false
  async function* broken() {
    try {
      yield lines[0]!
      throw new Error('disk')
    } finally {
      closed = true
    }
  }
  await assert.rejects(verifyBundle(broken(), pinned), /disk/)
  assert.ok(closed)
})
