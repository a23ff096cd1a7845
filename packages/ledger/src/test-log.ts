/** A small log with both planes' entries, made with fixed keys and salts: for tests and vectors only. */
import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto'
import type { BundleEntry, BundleHeader } from './bundle.ts'
import { writeBundle } from './bundle.ts'
import { signCheckpoint, type Checkpoint } from './checkpoint.ts'
import { emptyChain, extendChain, nextOrigin, signDataPlaneEntry, type ChainHead } from './data-plane-chain.ts'
import { formatKeyId } from './ed25519.ts'
import { prepareEntry, type EntryDraft, type PersonalValues, type PreparedEntry } from './entry.ts'
import { sha256 } from './hash.ts'
import type { NoteSigner } from './note.ts'
import { formatTilePath } from './tiles.ts'
import { appendLeaves, emptyFrontier, frontierRoot, type TileReader } from './tree.ts'
import { makeVerifierKey } from './verifier-key.ts'
import { readFrom } from './test-tree.ts'
import { concatBytes } from './encoding.ts'

export const testOrigin = 'keyhold.example/organisations/0190a6e2'

/** An Ed25519 key pair of a one-byte seed. */
export function makeKey(seed: number): { publicKey: Uint8Array; sign: (message: Uint8Array) => Uint8Array } {
  // PKCS #8 wrapping of a raw seed (RFC 8410 §7).
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)])
  const key: KeyObject = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const publicKey = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(12))
  return { publicKey, sign: (message) => new Uint8Array(sign(null, message, key)) }
}

export function makeSigner(name: string, seed: number, type: 'ed25519' | 'cosignature' = 'ed25519'): NoteSigner {
  const { publicKey, sign } = makeKey(seed)
  return { key: makeVerifierKey(name, type, publicKey), sign }
}

export const logSigner = makeSigner(testOrigin, 1)
export const dataPlaneKey = makeKey(2)
export const dataPlaneId = formatKeyId(dataPlaneKey.publicKey)

/** Salts that are the same in every run. */
export function countSalts(): () => Uint8Array {
  let drawn = 0
  return () => sha256(new TextEncoder().encode(`salt ${drawn++}`)).slice(0, 16)
}

export function draftEntry(number: number, origin: EntryDraft['origin']): EntryDraft {
  return {
    time: new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString(),
    organisation: '0190a6e2-0000-7000-8000-000000000001',
    project: null,
    class_uid: 6003,
    activity_id: 1,
    category_uid: 6,
    action: origin === 'control' ? 'tokens.create' : 'queries.run',
    outcome: 'success',
    code: null,
    actor: { kind: 'person', id: '0190a6e2-0000-7000-8000-0000000000aa' },
    object: { kind: 'token', id: `token-${number}` },
    before: null,
    after: null,
    origin,
    details: { number, bytes: 1024 },
  }
}

export const testPersonal: PersonalValues = {
  'actor.name': 'Ada Lovelace',
  'actor.email': 'ada@example.org',
  source: '203.0.113.9',
}

/** What a log has stored. Every third entry is the data plane's. */
export type TestLog = {
  checkpoint: Checkpoint
  note: string
  header: BundleHeader
  entries: BundleEntry[]
  tiles: Map<string, Uint8Array>
  read: TileReader
  head: ChainHead
}

/** Makes the log of `size` entries that every run makes; `skip` leaves one of the data plane's sequences out. */
export async function makeLog(size: number, skip: number | null = null): Promise<TestLog> {
  const drawSalt = countSalts()
  const entries: BundleEntry[] = []
  const leaves: Uint8Array[] = []
  let head = emptyChain
  for (let number = 0; entries.length < size; number++) {
    const isDataPlane = number % 3 === 2
    const origin = isDataPlane ? nextOrigin(dataPlaneId, head) : 'control'
    const prepared: PreparedEntry = prepareEntry(draftEntry(number, origin), testPersonal, drawSalt)
    if (isDataPlane) head = extendChain(head, prepared.entry, prepared.text)
    if (isDataPlane && head.sequence === skip) continue
    const signature = isDataPlane ? await signDataPlaneEntry(prepared.text, dataPlaneKey.sign) : null
    const { salt, text: entry, disclosures } = prepared
    entries.push({ index: entries.length, salt, entry, disclosures, signature })
    leaves.push(prepared.leafHash)
  }
  const { frontier, tiles: list } = appendLeaves(emptyFrontier, concatBytes(...leaves))
  const tiles = new Map(list.map((tile) => [formatTilePath(tile), tile.hashes]))
  const checkpoint = { origin: testOrigin, size, root: frontierRoot(frontier) }
  const note = await signCheckpoint(checkpoint, [logSigner])
  const header = { origin: testOrigin, log: [logSigner.key], witnesses: [], dataPlanes: [dataPlaneKey.publicKey] }
  return { checkpoint, note, header, entries, tiles, read: readFrom(tiles), head }
}

/** The lines of a log's bundle, without newlines. */
export async function exportLines(log: TestLog): Promise<string[]> {
  const { header, note, checkpoint, read, entries } = log
  const lines: string[] = []
  for await (const line of writeBundle({ header, checkpoint: note, size: checkpoint.size, readTile: read, entries })) {
    lines.push(line.slice(0, -1))
  }
  return lines
}

export async function* streamLines(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}
