/** What `system.audit` costs with 100,000 entries: the first question, which reads and verifies them all, and the next. */
import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes, randomUUIDv7, sign } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import type { LedgerListed } from '@keyhold/contract'
import {
  appendLeaves,
  createSaltSource,
  emptyFrontier,
  formatVerifierKey,
  frontierRoot,
  makeVerifierKey,
  prepareEntry,
  signCheckpoint,
} from '@keyhold/ledger'
import { EnginePool, openWorkFolder } from '../engine/index.ts'
import { chooseLimits } from '../project/limits.ts'
import { AuditTable } from './audit-table.ts'
import { schemaInEngine } from './name-in-engine.ts'

const count = 100_000
const drawSalt = createSaltSource((length) => randomBytes(length))
const organisation = randomUUIDv7()
const people = Array.from({ length: 20 }, () => randomUUIDv7())

function makeEntry(index: number): LedgerListed & { leafHash: Uint8Array } {
  const draft = {
    time: new Date(1_770_000_000_000 + index * 1000).toISOString(),
    organisation,
    project: organisation,
    class_uid: 6003,
    activity_id: 2,
    category_uid: 6,
    action: index % 10 === 0 ? 'token.create' : 'table.list',
    outcome: 'success',
    code: null,
    actor: { kind: 'person', id: people[index % people.length] ?? null },
    object: null,
    before: null,
    after: null,
    origin: 'control',
    details: { request: randomUUIDv7() },
  } as const
  const { text, salt, disclosures, leafHash } = prepareEntry(draft, { source: `192.0.2.${index % 256}` }, drawSalt)
  const url = { alphabet: 'base64url', omitPadding: true } as const
  return { index, salt: salt.toBase64(url), entry: text, disclosures: [...disclosures], signature: null, leafHash }
}

test('DAT-02: 100,000 entries are verified and asked', async () => {
  const pair = generateKeyPairSync('ed25519')
  const raw = new Uint8Array(Buffer.from(pair.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'))
  const key = makeVerifierKey('test/log', 'ed25519', raw)
  const listed: LedgerListed[] = []
  let frontier = emptyFrontier
  const grow = (most: number): void => {
    for (let made = 0; made < most; made += 1) {
      const { leafHash, ...entry } = makeEntry(listed.length)
      frontier = appendLeaves(frontier, leafHash).frontier
      listed.push(entry)
    }
  }
  grow(count)
  const workFolder = openWorkFolder({ name: 'audit-long', sizeBytes: 1 << 30 })
  const pool = new EnginePool({ workFolder })
  await pool.ready()
  const limits = chooseLimits().engine
  const table = new AuditTable({
    folder: join(workFolder.path, 'audit'),
    ledgerKey: formatVerifierKey(key),
    known: () => null,
    acquire: (identity) => pool.acquire(identity),
    limits,
    async read({ from, below }) {
      const head = { origin: 'test/log', size: listed.length, root: frontierRoot(frontier) }
      const signer = { key, sign: (message: Uint8Array) => new Uint8Array(sign(null, message, pair.privateKey)) }
      const checkpoint = await signCheckpoint(head, [signer])
      // As JSON, as it comes over the link.
      const entries = JSON.parse(JSON.stringify(listed.slice(from, Math.min(from + 500, below ?? listed.length))))
      return { entries, checkpoint, dataPlanes: [], erasures: '' }
    },
  })
  const { engine, release } = await pool.acquire('person:test')
  const ask = async (): Promise<number> => {
    const started = performance.now()
    const input = await table.prepare(engine)
    const prepared = performance.now()
    const sql = `SELECT action, count(*) AS n FROM ${schemaInEngine}.audit GROUP BY ALL ORDER BY ALL`
    const result = await engine.query({ tables: [input], sql, limits })
    const done = performance.now()
    await engine.dropResult(result)
    assert.equal(result.rows, 2)
    console.log(`prepared in ${Math.round(prepared - started)} ms, answered in ${Math.round(done - prepared)} ms`)
    return done - started
  }
  const first = await ask()
  grow(3)
  const second = await ask()
  console.log(`memory: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB with the entries of the test`)
  assert.ok(first < 30_000, `${first}`)
  assert.ok(second < 1500, `${second}`)
  release()
  await pool.close()
  workFolder.remove()
})
