import assert from 'node:assert/strict'
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import { mostDocuments } from '@keyhold/contract'
import { makeTestPlane, type TestDataPlane } from '../jobs/testing/test-data-plane.ts'
import type { WorkNode } from '../jobs/testing/work-node.ts'
import { makePlace, type Place, readLastEntry, startWorld } from '../jobs/testing/work-world.ts'

let node: WorkNode
let place: Place
let plane: TestDataPlane
let other: TestDataPlane
let stop: () => Promise<void>

before(async () => {
  ;({ node, stop } = await startWorld())
  place = await makePlace(node)
  plane = await makeTestPlane(node, place)
  other = await makeTestPlane(node, await makePlace(node))
})
after(() => stop())

const by = randomUUIDv7()
const sealed = (length = 40) => randomBytes(length).toString('base64url')
const put = (document: string, expected: number | null, more: { project?: string; body?: string } = {}) =>
  plane.call('documents.put', {
    project: place.project,
    document,
    expected,
    version: (expected ?? 0) + 1,
    head: sealed(),
    body: sealed(),
    by,
    ...more,
  })
const read = async (documents: string[], bodies = false) =>
  (await plane.call('documents.read', { project: place.project, documents, bodies })).documents
const remove = (document: string, expected: number) =>
  plane.call('documents.delete', { project: place.project, document, expected, by })

test('a version follows only the one that was expected', async () => {
  const id = randomUUIDv7()
  assert.deepEqual(await put(id, 1), { stored: false, version: null })
  assert.deepEqual(await put(id, null), { stored: true, version: 1 })
  assert.deepEqual(await put(id, null), { stored: false, version: 1 })
  assert.deepEqual(await put(id, 1, { body: 'bm90aGluZw' }), { stored: true, version: 2 })
  assert.deepEqual(await put(id, 1), { stored: false, version: 2 })
  const [stored] = await read([id], true)
  assert.deepEqual([stored?.document, stored?.version, stored?.body], [id, 2, 'bm90aGluZw'])
  assert.equal((await read([id]))[0]?.body, null)
})

test('of two first saves at the same time one is taken', async () => {
  const id = randomUUIDv7()
  const answers = await Promise.all([put(id, null), put(id, null), put(id, null)])
  assert.equal(answers.filter(({ stored }) => stored).length, 1)
  assert.ok(answers.every(({ version }) => version === 1))
})

test('CLU-16: a deleted document leaves no row', async () => {
  const id = randomUUIDv7()
  await put(id, null)
  assert.deepEqual(await remove(id, 2), { deleted: false, version: 1 })
  assert.deepEqual(await remove(id, 1), { deleted: true, version: null })
  assert.deepEqual(await remove(id, 1), { deleted: false, version: null })
  assert.deepEqual(await read([id]), [])
  const rows = await node.database.withTenant(place, (tx) => tx.sql('SELECT 1 FROM documents WHERE id = $1', [id]))
  assert.deepEqual(rows, [])
})

test('CLU-13: each change is in the log before it is answered, a refused one is not', async () => {
  const id = randomUUIDv7()
  await put(id, null)
  const stored = await readLastEntry(node, place.organisation, 'document.store')
  assert.deepEqual([stored?.object?.id, stored?.actor.id], [id, plane.id])
  await remove(id, 1)
  assert.equal((await readLastEntry(node, place.organisation, 'document.remove'))?.object?.id, id)
  await put(id, 7)
  assert.equal((await readLastEntry(node, place.organisation, 'document.store'))?.object?.id, id)
})

test('KEB-18: another organisation’s data plane neither reads nor changes them', async () => {
  const id = randomUUIDv7()
  await put(id, null)
  const { project } = place
  const asked = await other.call('documents.read', { project, documents: [id], bodies: true })
  assert.deepEqual(asked.documents, [])
  assert.deepEqual((await other.call('documents.list', { project, after: null })).documents, [])
  const removed = await other.call('documents.delete', { project, document: id, expected: 1, by })
  assert.deepEqual(removed, { deleted: false, version: null })
  await assert.rejects(put(id, 1, { project: randomUUIDv7() }), { code: 'project.unknown' })
  assert.equal((await read([id])).length, 1)
})

test('heads are listed in pages, and a project has at most 10,000', async () => {
  const full = await makePlace(node)
  const fullPlane = await makeTestPlane(node, full)
  await node.database.withTenant(full, (tx) =>
    tx.sql(
      `INSERT INTO documents SELECT $1, $2, gen_random_uuid(), 1, '\\x00', '\\x00', '', now(), now(), $3, $3
       FROM generate_series(1, $4)`,
      [full.organisation, full.project, by, mostDocuments - 1],
    ),
  )
  const save = (document: string) =>
    fullPlane.call('documents.put', {
      project: full.project,
      document,
      expected: null,
      version: 1,
      head: sealed(),
      body: sealed(),
      by,
    })
  assert.equal((await save(randomUUIDv7())).stored, true)
  await assert.rejects(save(randomUUIDv7()), { code: 'document.too_many' })
  const ids = new Set<string>()
  for (let after: string | null = null; ;) {
    const page: { documents: { document: string }[] } = await fullPlane.call('documents.list', {
      project: full.project,
      after,
    })
    for (const { document } of page.documents) ids.add(document)
    after = page.documents.at(-1)?.document ?? null
    if (after === null) break
  }
  assert.equal(ids.size, mostDocuments)
})

test('what is not sealed bytes of a sensible length is refused', async () => {
  const id = randomUUIDv7()
  for (const body of ['', 'a b', 'x'.repeat(500_001)]) {
    await assert.rejects(put(id, null, { body }), { code: 'link.invalid_parameters' })
  }
})
