import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { text as readText } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import {
  leafHash,
  commitEntry,
  openCheckpoint,
  parseEntry,
  parseVerifierKey,
  verifyBundle,
  verifyConsistency,
  verifyDisclosures,
  verifyInclusion,
} from '@keyhold/ledger'
import { Client } from 'pg'
import { startOwnTestPostgres, type TestDatabase, type OwnTestPostgres } from '../../testing/postgres.ts'
import type { AuditEvent } from '../../platform/audit-port.ts'
import { silentLog } from '../../platform/log.ts'
import { createPlatformKey } from '../../platform/platform-key.ts'
import { createAudit, type AuditModule } from './index.ts'
import type { AuditHandlers } from './routes.ts'

let postgres: OwnTestPostgres
let clone: TestDatabase
let audit: AuditModule
const platformKey = createPlatformKey(Buffer.alloc(32, 5))

before(async () => {
  postgres = await startOwnTestPostgres()
  clone = await postgres.create()
  audit = makeAudit()
})
after(async () => {
  await audit.close()
  await clone.close()
  await postgres.stop()
})

function makeAudit(database = clone.database): AuditModule {
  return createAudit({ database, platformKey, log: silentLog, now: () => new Date() })
}

function makeEvent(organisation: string, more: Partial<AuditEvent> = {}): AuditEvent {
  return {
    organisation,
    project: null,
    action: 'table.read',
    outcome: 'success',
    code: null,
    actor: { kind: 'token', id: randomUUIDv7() },
    source: '192.0.2.7',
    object: null,
    details: {},
    ...more,
  }
}

/** Calls a handler as the pipeline does, without HTTP. */
async function ask<O extends keyof AuditHandlers>(operation: O, organisation: string, more: object = {}) {
  const call = { organisation, query: {}, commit: (work: () => unknown) => Promise.resolve(work()), ...more }
  const handler = audit.handlers[operation] as unknown as (given: object) => ReturnType<AuditHandlers[O]>
  return handler(call)
}

async function exportText(organisation: string): Promise<string> {
  return readText((await ask('exportLog', organisation)) as Readable)
}

async function verify(text: string, options: Parameters<typeof verifyBundle>[1] = {}) {
  const lines = async function* () {
    for (const line of text.split('\n').slice(0, -1)) yield line
  }
  return verifyBundle(lines(), options)
}

test('KH-02: an appended entry is in the tree when it is acknowledged, with a proof under a signed checkpoint', async () => {
  const organisation = randomUUIDv7()
  for (let i = 0; i < 5; i += 1) await audit.port.append(makeEvent(organisation))
  const { checkpoint, verifierKey } = await ask('readCheckpoint', organisation)
  assert.equal(verifierKey, await audit.readVerifierKey(organisation))
  const opened = await openCheckpoint(checkpoint, { log: [parseVerifierKey(verifierKey)] })
  assert.equal(opened.size, 5)
  const { entries } = await ask('listEntries', organisation)
  for (const { index, salt, entry, disclosures } of entries) {
    const { proof } = await ask('readInclusion', organisation, { params: { index: String(index) } })
    const leaf = leafHash(commitEntry(new Uint8Array(Buffer.from(salt, 'base64url')), new TextEncoder().encode(entry)))
    verifyInclusion(opened, index, leaf, proof.map(decode))
    verifyDisclosures(parseEntry(entry), disclosures as Parameters<typeof verifyDisclosures>[1])
    assert.equal(disclosures[0]?.value, '192.0.2.7')
  }
})

function decode(hash: string): Uint8Array {
  return new Uint8Array(Buffer.from(hash, 'base64url'))
}

test('KH-02: a later checkpoint is proven to continue an earlier one, over many batches and tiles', async () => {
  const organisation = randomUUIDv7()
  await Promise.all(Array.from({ length: 300 }, () => audit.port.append(makeEvent(organisation))))
  const older = await ask('readCheckpoint', organisation)
  await Promise.all(Array.from({ length: 700 }, () => audit.port.append(makeEvent(organisation))))
  const log = [parseVerifierKey(older.verifierKey)]
  const before = await openCheckpoint(older.checkpoint, { log })
  const { checkpoint, proof } = await ask('readConsistency', organisation, { query: { from: before.size } })
  const now = await openCheckpoint(checkpoint, { log })
  assert.equal(now.size, 1000)
  verifyConsistency(before, now, proof.map(decode))
  await assert.rejects(ask('readConsistency', organisation, { query: { from: 1001 } }), { code: 'audit.beyond_log' })
  await assert.rejects(ask('readInclusion', organisation, { params: { index: '1000' } }), {
    code: 'audit.unknown_entry',
  })
})

test('an entry shares the transaction of its change: both or neither', async () => {
  const organisation = randomUUIDv7()
  const wait = await clone.database.withTenant({ organisation }, (tx) => audit.port.stage(tx, makeEvent(organisation)))
  await wait()
  const failing = clone.database.withTenant({ organisation }, async (tx) => {
    await audit.port.stage(tx, makeEvent(organisation))
    throw new Error('rolled back')
  })
  await assert.rejects(failing)
  await audit.port.append(makeEvent(organisation))
  const { size } = await ask('listEntries', organisation)
  assert.equal(size, 2)
})

test('what a killed process committed and did not integrate is in the tree after recovery', async () => {
  const organisation = randomUUIDv7()
  await clone.database.withTenant({ organisation }, async (tx) => {
    for (let i = 0; i < 3; i += 1) await audit.port.stage(tx, makeEvent(organisation, { details: { i } }))
  })
  const next = makeAudit()
  await next.recover()
  const { entries } = await ask('listEntries', organisation)
  assert.deepEqual(
    entries.map(({ entry }) => parseEntry(entry).details['i']),
    [0, 1, 2],
  )
  await next.close()
})

test('KEB-17: a read’s entry is durable within a second', async () => {
  const organisation = randomUUIDv7()
  audit.port.enqueue(makeEvent(organisation))
  const started = performance.now()
  let size = 0
  while (size === 0) ({ size } = await ask('listEntries', organisation))
  assert.ok(performance.now() - started < 1000)
})

test('closing writes what is queued', async () => {
  const organisation = randomUUIDv7()
  const other = makeAudit()
  for (let i = 0; i < 100; i += 1) other.port.enqueue(makeEvent(organisation))
  await other.close()
  assert.equal((await ask('listEntries', organisation)).size, 100)
})

test('two nodes that append to one log at the same time make one tree', async () => {
  const organisation = randomUUIDv7()
  const other = makeAudit()
  const both = [audit, other].map(async (node) => {
    for (let i = 0; i < 20; i += 1) {
      await Promise.all(Array.from({ length: 10 }, () => node.port.append(makeEvent(organisation))))
    }
  })
  await Promise.all(both)
  await other.close()
  const verdict = await verify(await exportText(organisation))
  assert.deepEqual([verdict.ok, verdict.ok && verdict.entries], [true, 400])
})

test('KH-02: an exported log verifies offline with pinned key; an altered entry is named', async () => {
  const organisation = randomUUIDv7()
  await Promise.all(
    Array.from({ length: 600 }, (_, i) => audit.port.append(makeEvent(organisation, { details: { i } }))),
  )
  const text = await exportText(organisation)
  const pinnedKeys = [parseVerifierKey(await audit.readVerifierKey(organisation))]
  const verdict = await verify(text, { pinnedKeys })
  assert.deepEqual([verdict.ok, verdict.ok && verdict.size], [true, 600])
  const altered = text.replace('\\"i\\":300}', '\\"i\\":301}')
  assert.notEqual(altered, text)
  const refused = await verify(altered, { pinnedKeys })
  assert.equal(refused.ok, false)
  assert.equal(!refused.ok && refused.index, JSON.parse(lineWith(text, '\\"i\\":300}')).index)
})

function lineWith(text: string, part: string): string {
  return text.split('\n').find((line) => line.includes(part)) as string
}

test('an entry altered in the database is named by whoever verifies the export', async () => {
  const organisation = randomUUIDv7()
  for (let i = 0; i < 4; i += 1) await audit.port.append(makeEvent(organisation))
  const client = new Client(clone.connect('keyhold_admin'))
  await client.connect()
  await client.query(
    `UPDATE ledger_entries SET entry = replace(entry, 'table.read', 'table.list') WHERE organisation = $1 AND index = 2`,
    [organisation],
  )
  await client.end()
  const verdict = await verify(await exportText(organisation))
  assert.deepEqual([verdict.ok, !verdict.ok && verdict.index], [false, 2])
})

test('CLN-08: erasing a person’s fields leaves every entry provable, and the address is gone', async () => {
  const organisation = randomUUIDv7()
  const person = randomUUIDv7()
  const event = makeEvent(organisation, { actor: { kind: 'person', id: person } })
  for (let i = 0; i < 3; i += 1) await audit.port.append(event)
  await audit.port.append(makeEvent(organisation, { source: '198.51.100.1' }))
  const stored = await clone.database.withTenant({ organisation }, (tx) =>
    tx.sql<{ sealed: Buffer }>('SELECT sealed FROM ledger_personal'),
  )
  assert.equal(stored.length, 2)
  assert.ok(stored.every(({ sealed }) => !sealed.includes('192.0.2.7')))
  await clone.database.withTenant({ organisation }, (tx) =>
    tx.sql('DELETE FROM ledger_personal WHERE subject = $1', [person]),
  )
  const { entries } = await ask('listEntries', organisation)
  assert.deepEqual(
    entries.map(({ disclosures }) => disclosures.length),
    [0, 0, 0, 1],
  )
  const text = await exportText(organisation)
  assert.equal((await verify(text)).ok, true)
  assert.ok(!text.includes('192.0.2.7'))
})

test('CLU-13: entries are found by action and outcome, from either end', async () => {
  const organisation = randomUUIDv7()
  for (const action of ['a.read', 'b.read', 'a.read']) await audit.port.append(makeEvent(organisation, { action }))
  await audit.port.append(makeEvent(organisation, { action: 'a.read', outcome: 'denied', code: 'access.denied' }))
  const find = async (query: object) =>
    (await ask('listEntries', organisation, { query })).entries.map(({ index }) => index)
  assert.deepEqual(await find({ action: 'a.read' }), [0, 2, 3])
  assert.deepEqual(await find({ outcome: 'denied' }), [3])
  assert.deepEqual(await find({ after: 1, limit: 1 }), [2])
  assert.deepEqual(await find({ last: 2 }), [2, 3])
})

test('CLU-13: following the log answers when something happens, and those who follow it do not answer each other', async () => {
  const organisation = randomUUIDv7()
  await audit.port.append(makeEvent(organisation))
  const quiet = performance.now()
  const none = ask('listEntries', organisation, { query: { after: 0, wait: 1 } })
  const organisations = ['audit.list', 'audit.checkpoint', 'audit.consistency', 'audit.proof']
  const readings = [...organisations, 'ledger.list', 'ledger.checkpoint', 'installation.health']
  for (const action of readings) await audit.port.append(makeEvent(organisation, { action }))
  assert.equal((await none).entries.length, readings.length)
  assert.ok(performance.now() - quiet > 900)
  const some = ask('listEntries', organisation, { query: { after: readings.length, wait: 30 } })
  await audit.port.append(makeEvent(organisation, { action: 'token.create' }))
  assert.equal(parseEntry((await some).entries[0]?.entry as string).action, 'token.create')
})

test('KEB-18: an organisation’s log shows its own entries only', async () => {
  const [one, two] = [randomUUIDv7(), randomUUIDv7()]
  await audit.port.append(makeEvent(one))
  await audit.port.append(makeEvent(two))
  assert.equal((await ask('listEntries', one)).size, 1)
  assert.notEqual(await audit.readVerifierKey(one), await audit.readVerifierKey(two))
})

test('KEB-17: while the database is away reads are refused, nothing acknowledged is lost, and it goes on by itself', async () => {
  const organisation = randomUUIDv7()
  const node = makeAudit()
  await node.port.append(makeEvent(organisation))
  const client = new Client(clone.connect('keyhold_admin'))
  await client.connect()
  await client.query(`ALTER TABLE ledger_entries RENAME TO away`)
  const late = node.port.append(makeEvent(organisation, { details: { late: true } }))
  node.port.enqueue(makeEvent(organisation))
  while (isWriting(node, organisation)) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.throws(() => node.port.assertWriting(organisation), { code: 'audit.unavailable' })
  await new Promise((resolve) => setTimeout(resolve, 1100))
  assert.throws(() => node.port.enqueue(makeEvent(organisation)), { code: 'audit.queue_full' })
  await client.query(`ALTER TABLE away RENAME TO ledger_entries`)
  await client.end()
  await late
  node.port.assertWriting(organisation)
  assert.equal((await ask('listEntries', organisation)).size, 3)
  await node.close()
})

function isWriting(node: AuditModule, organisation: string): boolean {
  try {
    node.port.assertWriting(organisation)
    return true
  } catch {
    return false
  }
}

test('SIGKILL of the database under load loses no acknowledged entry and doubles none', async () => {
  const organisation = randomUUIDv7()
  const acknowledged: number[] = []
  let next = 0
  const state = { stop: false }
  const write = async () => {
    while (!state.stop) {
      const i = next++
      await audit.port.append(makeEvent(organisation, { details: { i } }))
      acknowledged.push(i)
    }
  }
  const writers = Array.from({ length: 50 }, write)
  for (let kill = 0; kill < 3; kill += 1) {
    const reached = acknowledged.length + 500
    while (acknowledged.length < reached) await new Promise((resolve) => setTimeout(resolve, 5))
    process.kill(postgres.server.pid() as number, 'SIGKILL')
  }
  const reached = acknowledged.length + 500
  while (acknowledged.length < reached) await new Promise((resolve) => setTimeout(resolve, 5))
  state.stop = true
  await Promise.all(writers)
  const text = await exportText(organisation)
  assert.equal((await verify(text)).ok, true)
  const seen = [...text.matchAll(/\\"i\\":(\d+)\}/g)].map(([, i]) => Number(i)).toSorted((a, b) => a - b)
  assert.deepEqual(
    seen,
    acknowledged.toSorted((a, b) => a - b),
  )
})
