import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { signCheckpoint } from '@keyhold/ledger'
import {
  dataPlaneKey,
  exportLines,
  logSigner,
  makeLog,
  streamLines,
  type TestLog,
} from '../../../../ledger/src/test-log.ts'
import { formatVerifierKey } from '@keyhold/ledger'
import type { SeenLog } from '../../api/store.ts'
import type { ListedEntry } from './log-book.ts'
import { LogKeeper, type KeeperPorts } from './log-keeper.ts'
import type { LogState } from './log-state.ts'

const verifierKey = formatVerifierKey(logSigner.key)
let short: TestLog
let long: TestLog

before(async () => {
  short = await makeLog(400)
  long = await makeLog(1_300)
})

function list(log: TestLog): ListedEntry[] {
  return log.entries.map(({ index, salt, entry, disclosures, signature }) => ({
    index,
    salt: Buffer.from(salt).toString('base64url'),
    entry,
    disclosures: [...disclosures],
    signature: signature === null ? null : Buffer.from(signature).toString('base64url'),
  }))
}

/** A server with a log, and a browser that remembers. */
class Place implements KeeperPorts {
  seen: SeenLog | undefined
  states: LogState[] = []
  fetched = 0
  log: TestLog
  entries: ListedEntry[]
  note: string
  constructor(log: TestLog) {
    this.log = log
    this.entries = list(log)
    this.note = log.note
  }
  serve(log: TestLog): void {
    this.log = log
    this.entries = list(log)
    this.note = log.note
  }
  /** Changes an entry in the database, where its hash in the tree stays as it is. */
  tamper(index: number): void {
    const entry = this.log.entries[index]
    assert.ok(entry)
    const text = entry.entry.replace('"bytes":1024', '"bytes":1025')
    this.log = { ...this.log, entries: this.log.entries.with(index, { ...entry, entry: text }) }
    this.entries = list(this.log)
  }
  readCheckpoint = async () => ({ checkpoint: this.note, verifierKey })
  listEntries: KeeperPorts['listEntries'] = async ({ after = -1, last, limit = 100 }) => {
    const found = last === undefined ? this.entries.slice(after + 1, after + 1 + limit) : this.entries.slice(-last)
    this.fetched += found.length
    return found
  }
  readDataPlaneKeys = async () => [dataPlaneKey.publicKey]
  exportLines = () => exportOf(this.log)
  readSeen = async () => this.seen
  writeSeen = async (seen: SeenLog) => {
    this.seen = structuredClone(seen)
  }
  now = () => Date.UTC(2026, 0, 1)
  publish = (state: LogState): void => void this.states.push(state)
  get last(): LogState {
    const state = this.states.at(-1)
    assert.ok(state)
    return state
  }
}

async function* exportOf(log: TestLog): AsyncGenerator<string> {
  yield* streamLines(await exportLines(log))
}

test('KH-02: the whole log is loaded and verified, and what was verified is remembered', async () => {
  const place = new Place(short)
  await new LogKeeper(place).verify()
  assert.equal(place.last.phase, 'verified')
  assert.deepEqual(place.last.verified, {
    size: 400,
    root: short.checkpoint.root.toBase64(),
    checkpoint: short.note,
    verifierKey,
    time: '2026-01-01T00:00:00.000Z',
    whole: true,
    dataPlane: 133,
    added: null,
  })
  assert.equal(place.seen?.size, 400)
  assert.equal(place.states.find(({ length }) => length > 0)?.checked, 0, 'the newest entries are there first')
})

test('it goes on as the log grows, without fetching anything twice', async () => {
  const place = new Place(short)
  const keeper = new LogKeeper(place)
  await keeper.verify()
  place.serve(long)
  place.fetched = 0
  await keeper.verify()
  assert.equal(place.last.verified?.size, 1_300)
  assert.equal(place.fetched, 900)
})

test('another visit checks every entry again, and says how many are new', async () => {
  const place = new Place(short)
  await new LogKeeper(place).verify()
  place.serve(long)
  await new LogKeeper(place).verify()
  assert.equal(place.last.verified?.added, 900)
  assert.equal(place.last.verified?.whole, true)
})

test('KH-02: an entry altered in the database is named, with what is wrong', async () => {
  for (const index of [0, 31, 399]) {
    const place = new Place(short)
    await new LogKeeper(place).verify()
    place.tamper(index)
    await new LogKeeper(place).verify()
    assert.equal(place.last.phase, 'altered')
    assert.equal(place.last.fault?.index, index)
    assert.match(place.last.fault?.code ?? '', /entry_altered|signature_invalid|chain_broken/)
    assert.equal(place.last.length, 400, 'all of it can still be looked at')
    assert.equal(place.seen?.size, 400)
  }
})

test('KH-02: a log that is shorter than this browser saw it, or was rewritten, is condemned', async () => {
  const place = new Place(long)
  await new LogKeeper(place).verify()
  place.serve(short)
  await new LogKeeper(place).verify()
  assert.equal(place.last.fault?.code, 'ledger.rolled_back')

  const rewritten = new Place(long)
  await new LogKeeper(rewritten).verify()
  const seen = rewritten.seen
  assert.ok(seen)
  rewritten.seen = { ...seen, root: Buffer.alloc(32, 1).toString('base64url') }
  await new LogKeeper(rewritten).verify()
  assert.equal(rewritten.last.fault?.code, 'ledger.consistency_invalid')
})

test('KH-02: a checkpoint that the pinned key did not sign is refused', async () => {
  const place = new Place(short)
  await new LogKeeper(place).verify()
  const { makeSigner, testOrigin } = await import('../../../../ledger/src/test-log.ts')
  place.note = await signCheckpoint(short.checkpoint, [makeSigner(testOrigin, 7)])
  await new LogKeeper(place).verify()
  assert.equal(place.last.phase, 'altered')
  assert.equal(place.last.fault?.code, 'ledger.note_unsigned')
})

test('no answer of the server is no alteration', async () => {
  const place = new Place(short)
  place.listEntries = () => Promise.reject(new TypeError('fetch failed'))
  const keeper = new LogKeeper(place)
  await assert.rejects(keeper.verify(), TypeError)
  keeper.publishAway()
  assert.equal(place.last.phase, 'away')
})
