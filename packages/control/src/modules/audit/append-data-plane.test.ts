import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes, randomUUIDv7, sign as signEd25519, type KeyObject } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  emptyChain,
  entryLeafHash,
  extendChain,
  formatKeyId,
  nextOrigin,
  openCheckpoint,
  parseVerifierKey,
  prepareEntry,
  signDataPlaneEntry,
  verifyConsistency,
  verifyInclusion,
  type ChainHead,
} from '@keyhold/ledger'
import type { LedgerAppend } from '@keyhold/contract'
import { startTestPostgres, type TestDatabase, type TestPostgres } from '../../testing/postgres.ts'
import { silentLog } from '../../platform/log.ts'
import { createPlatformKey } from '../../platform/platform-key.ts'
import { createAudit, type AuditModule } from './index.ts'

let postgres: TestPostgres
let clone: TestDatabase
let audit: AuditModule

before(async () => {
  postgres = await startTestPostgres()
  clone = await postgres.create()
  const platformKey = createPlatformKey(Buffer.alloc(32, 5))
  audit = createAudit({ database: clone.database, platformKey, log: silentLog, now: () => new Date() })
})
after(async () => {
  await audit.close()
  await clone.close()
  await postgres.stop()
})

type Plane = {
  readonly writer: { organisation: string; dataPlane: string; publicKey: Uint8Array }
  readonly privateKey: KeyObject
  head: ChainHead
}

function makePlane(organisation: string = randomUUIDv7()): Plane {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url'))
  return { writer: { organisation, dataPlane: randomUUIDv7(), publicKey: raw }, privateKey, head: emptyChain }
}

/** The plane's next entry, signed. */
async function write(plane: Plane, action = 'query.run'): Promise<LedgerAppend> {
  const prepared = prepareEntry(
    {
      time: new Date().toISOString(),
      organisation: plane.writer.organisation,
      project: null,
      class_uid: 6003,
      activity_id: 2,
      category_uid: 6,
      action,
      outcome: 'success',
      code: null,
      actor: { kind: 'token', id: randomUUIDv7() },
      object: null,
      before: null,
      after: null,
      origin: nextOrigin(formatKeyId(plane.writer.publicKey), plane.head),
      details: {},
    },
    { source: '203.0.113.9' },
    () => new Uint8Array(randomBytes(16)),
  )
  plane.head = extendChain(plane.head, prepared.entry, prepared.text)
  const signature = await signDataPlaneEntry(prepared.text, (message) => signEd25519(null, message, plane.privateKey))
  return {
    salt: Buffer.from(prepared.salt).toString('base64url'),
    entry: prepared.text,
    signature: Buffer.from(signature).toString('base64url'),
    disclosures: prepared.disclosures.map((disclosure) => ({ ...disclosure })),
  }
}

const decode = (hash: string) => new Uint8Array(Buffer.from(hash, 'base64url'))

test('KH-02: a data plane’s entries are answered with proofs that it can check against what it knew', async () => {
  const plane = makePlane()
  const log = [parseVerifierKey(await audit.readVerifierKey(plane.writer.organisation))]
  let known = { size: 0, root: new Uint8Array() }
  for (const count of [1, 3, 300]) {
    const entries: LedgerAppend[] = []
    while (entries.length < count) entries.push(await write(plane))
    const answer = await audit.dataPlanes.append(plane.writer, { entries, known: known.size })
    const checkpoint = await openCheckpoint(answer.checkpoint, { log })
    for (const [i, { index, inclusion }] of answer.proofs.entries()) {
      const { salt, entry } = entries[i] as LedgerAppend
      const leaf = entryLeafHash(new Uint8Array(Buffer.from(salt, 'base64url')), entry)
      verifyInclusion(checkpoint, index, leaf, inclusion.map(decode))
    }
    if (known.size > 0) verifyConsistency(known, checkpoint, answer.consistency.map(decode))
    known = { size: checkpoint.size, root: new Uint8Array(checkpoint.root) }
  }
  const head = await audit.dataPlanes.readHead(plane.writer)
  assert.equal(head.sequence, 304)
  assert.equal(head.last?.signature.length, 86)
})

test('entries that are sent again are written once and answered with the same places', async () => {
  const plane = makePlane()
  const entries = [await write(plane), await write(plane)]
  const first = await audit.dataPlanes.append(plane.writer, { entries, known: 0 })
  const more = [...entries, await write(plane)]
  const again = await audit.dataPlanes.append(plane.writer, { entries: more, known: 0 })
  assert.deepEqual(
    again.proofs.map(({ index }) => index),
    [...first.proofs.map(({ index }) => index), 2],
  )
  const repeated = await audit.dataPlanes.append(plane.writer, { entries: more, known: 3 })
  assert.deepEqual(
    repeated.proofs.map(({ index }) => index),
    [0, 1, 2],
  )
  assert.deepEqual(repeated.consistency, [])
})

test('many calls of a data plane at once stay in order', async () => {
  const plane = makePlane()
  const entries: LedgerAppend[] = []
  for (let i = 0; i < 30; i += 1) entries.push(await write(plane))
  const answers = await Promise.all(
    entries.map((entry) => audit.dataPlanes.append(plane.writer, { entries: [entry], known: 0 })),
  )
  assert.deepEqual(
    answers.map(({ proofs }) => proofs[0]?.index),
    entries.map((_, i) => i),
  )
})

test('KH-02: a gap, a fork, a rewritten entry and a foreign signature are refused by code', async () => {
  const plane = makePlane()
  const first = await write(plane)
  await audit.dataPlanes.append(plane.writer, { entries: [first], known: 0 })
  const append = (entry: LedgerAppend, writer = plane.writer) =>
    audit.dataPlanes.append(writer, { entries: [entry], known: 0 })
  const second = await write(plane)
  const third = await write(plane)
  await assert.rejects(append(third), { code: 'audit.behind_wrong_chain' })
  const forked: Plane = { ...plane, head: emptyChain }
  await assert.rejects(append(await write(forked, 'other.act')), { code: 'audit.behind_wrong_chain' })
  await assert.rejects(append({ ...second, signature: first.signature }), { code: 'audit.entry_refused' })
  await assert.rejects(append({ ...second, entry: second.entry.replace('query.run', 'query.ran') }), {
    code: 'audit.entry_refused',
  })
  await assert.rejects(append(second, makePlane(plane.writer.organisation).writer), { code: 'audit.entry_refused' })
  await assert.rejects(append(second, { ...plane.writer, organisation: randomUUIDv7() }), {
    code: 'audit.entry_refused',
  })
  const other = [{ label: 'source', salt: 'AAAAAAAAAAAAAAAAAAAAAA', value: '198.51.100.2' }]
  await assert.rejects(append({ ...second, disclosures: other }), { code: 'audit.entry_refused' })
  assert.equal((await append(second)).proofs[0]?.index, 1)
})

test('before its first entry a data plane reads an empty chain', async () => {
  const plane = makePlane()
  assert.deepEqual(await audit.dataPlanes.readHead(plane.writer), { sequence: 0, checkpoint: '', last: null })
})
