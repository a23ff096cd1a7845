/** The ledger's pure work, without storage: entries prepared, leaves appended, an exported log verified; one core. */
import { randomBytes } from 'node:crypto'
import {
  appendLeaves,
  createSaltSource,
  emptyFrontier,
  frontierRoot,
  prepareEntry,
  signCheckpoint,
  makeVerifierKey,
  verifyBundle,
  writeBundle,
  hashLeaves,
  type BundleEntry,
  type EntryDraft,
} from '../packages/ledger/src/index.ts'
import type { Figure } from './figure.ts'

const draft: EntryDraft = {
  time: '2026-01-01T00:00:00.000Z',
  organisation: '0190a6e2-0000-7000-8000-000000000001',
  project: '0190a6e2-0000-7000-8000-000000000002',
  class_uid: 6003,
  activity_id: 2,
  category_uid: 6,
  action: 'tables.list',
  outcome: 'success',
  code: null,
  actor: { kind: 'person', id: '0190a6e2-0000-7000-8000-0000000000aa' },
  object: null,
  before: null,
  after: null,
  origin: 'control',
  details: { rows: 12 },
}
const personal = { 'actor.name': 'Ada Lovelace', 'actor.email': 'ada@example.org', source: '203.0.113.9' }

function measureAppend(): Figure {
  const data = Array.from({ length: 4096 }, () => new Uint8Array(randomBytes(32)))
  const total = 400_000
  let frontier = emptyFrontier
  const started = performance.now()
  while (frontier.size < total) {
    frontier = appendLeaves(frontier, hashLeaves(data)).frontier
    frontierRoot(frontier)
  }
  const value = Math.round((frontier.size / (performance.now() - started)) * 1000)
  return {
    name: 'ledger.tree.per_s',
    value,
    unit: 'leaves/s',
    budget: '≥ 200,000',
    note: 'hash, append, root a batch of 4,096',
  }
}

function prepareMany(count: number): { entries: BundleEntry[]; hashes: Uint8Array; figure: Figure } {
  const hashes = new Uint8Array(count * 32)
  const drawSalt = createSaltSource(randomBytes)
  const started = performance.now()
  const entries = Array.from({ length: count }, (_, index) => {
    const { text, salt, disclosures, leafHash } = prepareEntry(draft, personal, drawSalt)
    hashes.set(leafHash, index * 32)
    return { index, salt, entry: text, disclosures, signature: null }
  })
  const value = Math.round((count / (performance.now() - started)) * 1000)
  const note = 'three personal fields committed, checked, encoded, hashed'
  return {
    entries,
    hashes,
    figure: { name: 'ledger.prepare.per_s', value, unit: 'entries/s', budget: '≥ 30,000', note },
  }
}

async function measureVerify(entries: BundleEntry[], hashes: Uint8Array): Promise<Figure> {
  const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])
  const key = makeVerifierKey(
    'bench.example/log',
    'ed25519',
    new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)),
  )
  const sign = async (message: Uint8Array) =>
    new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, message as BufferSource))
  const { frontier } = appendLeaves(emptyFrontier, hashes)
  const root = frontierRoot(frontier)
  const size = frontier.size
  const checkpoint = await signCheckpoint({ origin: key.name, size, root }, [{ key, sign }])
  const header = { origin: key.name, log: [key], witnesses: [], dataPlanes: [] }
  const readTile = (_: number, index: number, width: number) => hashes.subarray(index * 8192, index * 8192 + width * 32)
  const lines: string[] = []
  for await (const line of writeBundle({ header, checkpoint, size, readTile, entries })) lines.push(line.slice(0, -1))
  const started = performance.now()
  const verdict = await verifyBundle(streamLines(lines), { pinnedKeys: [key] })
  if (!verdict.ok) throw new Error(verdict.message)
  const value = Math.round((size / (performance.now() - started)) * 1000)
  return {
    name: 'ledger.verify.per_s',
    value,
    unit: 'entries/s',
    budget: '≥ 10,000',
    note: 'exported log, three disclosures an entry',
  }
}

async function* streamLines(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}

async function measureLedger(): Promise<Figure[]> {
  const { entries, hashes, figure } = prepareMany(60_000)
  return [measureAppend(), figure, await measureVerify(entries, hashes)]
}

export const benchmarks: Record<string, () => Promise<Figure[]>> = {
  'ledger.tree.per_s ledger.prepare.per_s ledger.verify.per_s': measureLedger,
}
