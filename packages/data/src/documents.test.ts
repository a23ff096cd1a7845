/** Documents through the whole data plane, against control planes that are honest, die in between, or lie. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import type { Document, DocumentHead, DocumentSave, DocumentSaved } from '@keyhold/contract'
import { padmeLength } from '@keyhold/sealed'
import { DataError } from './errors.ts'
import { startPlanes, type Planes } from './testing/start-planes.ts'
import { TestClient, type Answer } from './testing/test-client.ts'
import type { TestDocuments } from './testing/test-documents.ts'

let planes: Planes
let client: TestClient
let kept: TestDocuments

before(async () => {
  planes = await startPlanes()
  client = await TestClient.setUp(planes.control, planes.data.ready.setupLink ?? '')
  kept = planes.control.documents
})
beforeEach(() => {
  kept.beforeChange = undefined
  kept.afterChange = undefined
})
after(() => planes.stop())

function read({ meta, body }: Answer): unknown {
  assert.equal(meta.outcome, 'result', JSON.stringify(meta))
  return JSON.parse(body.toString())
}
const ask = async <T>(operation: string, body: unknown) => read(await client.ask(operation, body)) as T
const codeOf = async (operation: string, body: unknown) => (await client.ask(operation, body)).meta.code
const list = async (kind?: string) =>
  (await ask<{ documents: DocumentHead[] }>('document.list', { ...(kind && { kind }) })).documents

const draft = (more: Partial<DocumentSave> = {}): DocumentSave => ({
  id: randomUUIDv7(),
  expectedVersion: null,
  kind: 'report',
  title: 'Revenue zanzibar77',
  body: { sql: 'SELECT "quagga88" FROM main.t', nested: { list: [1, 2.5, null, true] } },
  ...more,
})

async function saveNew(more: Partial<DocumentSave> = {}): Promise<DocumentSave> {
  const made = draft(more)
  await ask('document.save', made)
  return made
}
const putsOf = (id: string) => kept.puts.filter(({ document }) => document === id)

test('a document is saved, read, changed, listed and deleted', async () => {
  const made = draft()
  const saved = await ask<DocumentSaved>('document.save', made)
  assert.deepEqual([saved.id, saved.version], [made.id, 1])
  const whole = await ask<Document>('document.read', { id: made.id })
  assert.deepEqual(whole.body, made.body)
  const who = { createdBy: client.person.id, updatedBy: client.person.id }
  const times = { created: saved.updated, updated: saved.updated }
  const head = { id: made.id, kind: 'report', title: made.title, version: 1, ...times, ...who }
  assert.deepEqual(whole, { ...head, body: made.body })
  assert.deepEqual(await list('report'), [head])
  const again = await ask<DocumentSaved>('document.save', { ...made, expectedVersion: 1, title: 'New title', body: [] })
  assert.equal(again.version, 2)
  const changed = await ask<Document>('document.read', { id: made.id })
  assert.deepEqual([changed.title, changed.body, changed.created], ['New title', [], saved.updated])
  assert.deepEqual(await list('dashboard'), [])
  assert.deepEqual(await ask('document.delete', { id: made.id, expectedVersion: 2 }), {})
  assert.equal(kept.kept.has(made.id), false)
  assert.deepEqual(await list(), [])
  assert.equal(await codeOf('document.read', { id: made.id }), 'document.unknown')
  assert.equal((await ask<DocumentSaved>('document.save', made)).version, 1)
  await ask('document.delete', { id: made.id, expectedVersion: 1 })
})

test('a save or deletion from an older version is refused with the present one', async () => {
  const made = await saveNew()
  await ask('document.save', { ...made, expectedVersion: 1 })
  for (const expectedVersion of [null, 1, 3]) {
    const { meta } = await client.ask('document.save', { ...made, expectedVersion })
    assert.deepEqual([meta.code, meta.detail], ['document.conflict', '{"version":2}'])
  }
  const { meta } = await client.ask('document.delete', { id: made.id, expectedVersion: 1 })
  assert.deepEqual([meta.code, meta.detail], ['document.conflict', '{"version":2}'])
  const fresh = await client.ask('document.save', draft({ expectedVersion: 4 }))
  assert.deepEqual([fresh.meta.code, fresh.meta.detail], ['document.conflict', '{"version":null}'])
})

test('of saves at the same time one is taken and the others are told', async () => {
  const made = await saveNew()
  const asked = await Promise.all(
    [1, 2, 3, 4].map((number) => client.sealAsk('document.save', { ...made, expectedVersion: 1, body: number })),
  )
  const answers = await Promise.all(asked.map((request) => client.send(request)))
  assert.equal(answers.filter(({ meta }) => meta.outcome === 'result').length, 1)
  assert.equal(answers.filter(({ meta }) => meta.code === 'document.conflict').length, 3)
})

test('KH-01: the control plane sees neither kind, title nor content, and sizes only padded', async () => {
  const made = await saveNew({ kind: 'kudu-notes' })
  const [put] = putsOf(made.id)
  assert.ok(put)
  for (const part of [put.head, put.body]) {
    const bytes = Buffer.from(part, 'base64url')
    for (const secret of ['zanzibar77', 'quagga88', 'kudu']) assert.equal(bytes.includes(secret), false)
  }
  const log = readFileSync(join(planes.home, 'data', 'data.log'), 'utf8')
  const entries = JSON.stringify(planes.control.ledger.entries)
  const marks = readFileSync(join(planes.home, 'data', 'projects', client.project, 'documents.ndjson'), 'utf8')
  for (const text of [log, entries, marks, JSON.stringify(put)]) {
    for (const secret of ['zanzibar77', 'quagga88', 'kudu']) assert.equal(text.includes(secret), false)
  }
  const lengths = new Set<number>()
  for (const size of [3000, 3001, 3020, 3040]) {
    const { id } = await saveNew({ body: 'x'.repeat(size) })
    lengths.add(Buffer.from(putsOf(id)[0]?.body ?? '', 'base64url').length)
  }
  assert.equal(lengths.size, new Set([3000, 3001, 3020, 3040].map((size) => padmeLength(size + 6))).size)
})

test('a token may not touch documents', async () => {
  const made = await saveNew()
  const { key, principal } = await client.makeToken([{ bucket: 'main', access: 'read' }])
  const asks: [string, unknown][] = [
    ['document.read', { id: made.id }],
    ['document.list', {}],
    ['document.save', draft()],
    ['document.delete', { id: made.id, expectedVersion: 1 }],
  ]
  for (const [operation, body] of asks) {
    assert.equal((await client.ask(operation, body, { key, principal })).meta.code, 'access.denied', operation)
  }
})

test('content above 256 KiB and bodies of a wrong form are refused', async () => {
  assert.equal(await codeOf('document.save', draft({ body: 'x'.repeat(256 << 10) })), 'document.too_large')
  await saveNew({ body: 'x'.repeat((256 << 10) - 2) })
  assert.equal(await codeOf('document.save', { ...draft(), more: 1 }), 'document.malformed')
  assert.equal(await codeOf('document.save', draft({ kind: 'No Kind' })), 'document.malformed')
  assert.equal(await codeOf('document.read', { id: '1' }), 'document.malformed')
  assert.equal(await codeOf('document.read', { id: randomUUIDv7() }), 'document.unknown')
})

test('a control plane that gives an older version, another document or none is found out', async () => {
  const made = await saveNew()
  await ask('document.save', { ...made, expectedVersion: 1, body: 'newer' })
  const other = await saveNew()
  const [older, newer] = putsOf(made.id)
  const [foreign] = putsOf(other.id)
  assert.ok(older && newer && foreign)
  kept.serve(older)
  assert.equal(await codeOf('document.read', { id: made.id }), 'document.rolled_back')
  kept.serve({ ...older, version: 2 })
  assert.equal(await codeOf('document.read', { id: made.id }), 'document.rolled_back')
  kept.serve({ ...foreign, document: made.id, version: 2 })
  assert.equal(await codeOf('document.read', { id: made.id }), 'document.rolled_back')
  kept.serve({ ...newer, body: older.body })
  assert.equal(await codeOf('document.read', { id: made.id }), 'document.forged')
  kept.kept.delete(made.id)
  assert.equal(await codeOf('document.read', { id: made.id }), 'document.rolled_back')
  // Heads that were opened before are still shown; a data plane that starts anew sees the gap.
  await planes.restart()
  client.forgetConversation()
  assert.equal(await codeOf('document.list', {}), 'document.rolled_back')
  kept.serve(newer)
  assert.equal((await ask<Document>('document.read', { id: made.id })).body, 'newer')
  await list()
})

test('a deleted document that the control plane brings back stays deleted', async () => {
  const made = await saveNew()
  await ask('document.delete', { id: made.id, expectedVersion: 1 })
  const [put] = putsOf(made.id)
  assert.ok(put)
  kept.serve(put)
  assert.equal(await codeOf('document.read', { id: made.id }), 'document.unknown')
  assert.ok(!(await list()).some(({ id }) => id === made.id))
  assert.equal(await codeOf('document.save', made), 'document.rolled_back')
  kept.kept.delete(made.id)
  assert.equal((await ask<DocumentSaved>('document.save', made)).version, 1)
})

test('an answer that was lost after the save was kept: the document is there, and saving again says so', async () => {
  const made = draft({ body: 'kept though unanswered' })
  kept.afterChange = () => {
    throw new DataError('link.lost', 'lost', '')
  }
  assert.equal(await codeOf('document.save', made), 'link.lost')
  kept.afterChange = undefined
  const { meta } = await client.ask('document.save', made)
  assert.deepEqual([meta.code, meta.detail], ['document.conflict', '{"version":1}'])
  assert.equal((await ask<Document>('document.read', { id: made.id })).body, 'kept though unanswered')
  assert.ok((await list()).some(({ id }) => id === made.id))
})

test('a save that never came through leaves nothing, and can be made again', async () => {
  const made = await saveNew()
  kept.beforeChange = () => {
    throw new DataError('link.lost', 'lost', '')
  }
  assert.equal(await codeOf('document.save', { ...made, expectedVersion: 1, body: 'x' }), 'link.lost')
  assert.equal(await codeOf('document.save', draft()), 'link.lost')
  assert.equal(await codeOf('document.delete', { id: made.id, expectedVersion: 1 }), 'link.lost')
  kept.beforeChange = undefined
  assert.deepEqual((await ask<Document>('document.read', { id: made.id })).body, made.body)
  await list()
  assert.equal((await ask<DocumentSaved>('document.save', { ...made, expectedVersion: 1, body: 'y' })).version, 2)
  assert.equal((await ask<Document>('document.read', { id: made.id })).body, 'y')
})

test('a data plane killed between save and answer, or deletion and answer, goes on with what was kept', async () => {
  const [saved, deleted] = [draft({ body: 'survives' }), await saveNew()]
  const killAt = async (operation: string, body: unknown) => {
    const killed = Promise.withResolvers<void>()
    kept.afterChange = () => {
      planes.data.child.kill('SIGKILL')
      killed.resolve()
    }
    client.ask(operation, body).catch(() => {})
    await killed.promise
    kept.afterChange = undefined
    await planes.restart('SIGKILL')
    client.forgetConversation()
  }
  await killAt('document.save', saved)
  assert.equal((await ask<Document>('document.read', { id: saved.id })).body, 'survives')
  await killAt('document.delete', { id: deleted.id, expectedVersion: 1 })
  assert.equal(await codeOf('document.read', { id: deleted.id }), 'document.unknown')
  const ids = (await list()).map(({ id }) => id)
  assert.deepEqual([ids.includes(saved.id), ids.includes(deleted.id)], [true, false])
})

test('CLU-13: who saved, read and deleted which document is in the log', async () => {
  const made = await saveNew()
  await ask('document.read', { id: made.id })
  await ask('document.delete', { id: made.id, expectedVersion: 1 })
  const acts = planes.control.ledger.entries.filter(({ object }) => object?.id === made.id)
  assert.deepEqual(
    acts.map(({ action }) => action),
    ['document.save', 'document.read', 'document.delete'],
  )
  assert.ok(acts.every(({ actor }) => actor?.id === client.person.id))
})

test('a list of a thousand documents is read from the control plane once', async () => {
  for (let index = 0; index < 1_000; index += 50) {
    const asked = await Promise.all(
      Array.from({ length: 50 }, (_, number) => client.sealAsk('document.save', draft({ body: index + number }))),
    )
    for (const { meta } of await Promise.all(asked.map((request) => client.send(request)))) {
      assert.equal(meta.outcome, 'result', JSON.stringify(meta))
    }
  }
  await planes.restart()
  client.forgetConversation()
  const before = kept.reads
  const first = await list()
  assert.ok(first.length >= 1_000)
  // Two tests above left a save whose fate is unknown; those are asked for each time.
  const unsettled = 2
  assert.ok(kept.reads - before <= Math.ceil(first.length / 500) + unsettled, String(kept.reads - before))
  const started = performance.now()
  const used = kept.reads
  assert.equal((await list()).length, first.length)
  assert.ok(kept.reads - used <= unsettled, String(kept.reads - used))
  assert.ok(performance.now() - started < 1_000)
})
