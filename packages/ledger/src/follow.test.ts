import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import * as fc from 'fast-check'
import type { BundleEntry } from './bundle.ts'
import { parseBundleLine } from './bundle.ts'
import type { Checkpoint } from './checkpoint.ts'
import { entryLeafHash } from './entry.ts'
import { LedgerError } from './errors.ts'
import { LogFollower, type FollowOptions } from './follow.ts'
import { dataPlaneKey, exportLines, makeKey, makeLog, testOrigin, type TestLog } from './test-log.ts'
import { appendLeaves, emptyFrontier, frontierRoot } from './tree.ts'
import { concatBytes } from './encoding.ts'

const size = 600
const options: FollowOptions = { dataPlanes: [dataPlaneKey.publicKey] }
let log: TestLog

before(async () => {
  log = await makeLog(size)
})

function headAt(length: number): Checkpoint {
  const leaves = log.entries.slice(0, length).map(({ salt, entry }) => entryLeafHash(salt, entry))
  return {
    origin: testOrigin,
    size: length,
    root: frontierRoot(appendLeaves(emptyFrontier, concatBytes(...leaves)).frontier),
  }
}

const alter = (index: number, change: Partial<BundleEntry>): BundleEntry[] =>
  log.entries.map((entry) => (entry.index === index ? { ...entry, ...change } : entry))

const fault = (code: string, index: number | null) => (error: unknown) => {
  assert.ok(error instanceof LedgerError, String(error))
  assert.deepEqual({ code: error.code, index: error.index }, { code, index })
  return true
}

test('KH-02: a log is verified page by page as it grows, whatever the pages', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 }), async (pages) => {
      const follower = new LogFollower(options)
      for (const page of pages) {
        await follower.advance(log.entries.slice(follower.size, follower.size + page))
        follower.conclude(headAt(follower.size))
      }
    }),
    { numRuns: 15 },
  )
})

test('a follower goes on from a kept state as if it had never stopped', async () => {
  const first = new LogFollower(options)
  await first.advance(log.entries.slice(0, 401))
  const state = structuredClone(first.state)
  const second = new LogFollower({ ...options, state, known: headAt(401) })
  await second.advance(log.entries.slice(401))
  second.conclude(log.checkpoint)
  assert.equal(second.size, size)
})

test('KH-02: an altered entry, or another salt, is not what the log signed', async () => {
  const text = log.entries[30]?.entry.replace('"number":30', '"number":31') ?? ''
  for (const change of [{ entry: text }, { salt: new Uint8Array(16) }]) {
    const follower = new LogFollower(options)
    await follower.advance(alter(30, change))
    assert.throws(() => follower.conclude(log.checkpoint), fault('ledger.root_mismatch', null))
  }
})

test('a missing entry, an omitted or forged one of the data plane, and a wrong disclosure are named', async () => {
  const advance = (entries: readonly BundleEntry[]) => new LogFollower(options).advance(entries)
  await assert.rejects(advance(log.entries.toSpliced(7, 1)), fault('ledger.entry_missing', 7))
  const { entries } = await makeLog(size, 5)
  await assert.rejects(advance(entries), fault('ledger.chain_gap', 16))
  await assert.rejects(advance(alter(2, { signature: new Uint8Array(64) })), fault('ledger.signature_invalid', 2))
  await assert.rejects(
    advance(alter(3, { disclosures: log.entries[4]?.disclosures ?? [] })),
    fault('ledger.disclosure_invalid', 3),
  )
  const stranger = new LogFollower({ dataPlanes: [makeKey(9).publicKey] })
  await assert.rejects(stranger.advance(log.entries), fault('ledger.key_unknown', 2))
})

test('a log that does not lead through a checkpoint seen before is refused, and one that shrank', async () => {
  const known = headAt(450)
  const sound = new LogFollower({ ...options, known })
  await sound.advance(log.entries)
  sound.conclude(log.checkpoint)
  const rewritten = new LogFollower({ ...options, known: { ...known, root: new Uint8Array(32) } })
  await assert.rejects(rewritten.advance(log.entries), fault('ledger.consistency_invalid', null))
  assert.throws(() => sound.conclude(known), fault('ledger.rolled_back', null))
})

test('the entries of an exported log are those that a follower takes', async () => {
  const records = (await exportLines(log)).map(parseBundleLine).filter((record) => record.kind === 'entry')
  const follower = new LogFollower(options)
  await follower.advance(records)
  follower.conclude(log.checkpoint)
})
