import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import type { Manifest, Table } from '@keyhold/contract'
import { digestStatement } from '@keyhold/sealed'
import { firstManifest, makeTestPlane, type TestDataPlane } from './testing/test-data-plane.ts'
import type { WorkNode } from './testing/work-node.ts'
import { prepareCommit, sendUpload } from './testing/work-steps.ts'
import { callNode, makePlace, type Place, readJson, readLastEntry, startWorld } from './testing/work-world.ts'

let node: WorkNode
let place: Place
let plane: TestDataPlane
let stop: () => Promise<void>

before(async () => {
  ;({ node, stop } = await startWorld())
})
beforeEach(async () => {
  place = await makePlace(node)
  plane = await makeTestPlane(node, place)
})
after(() => stop())

const by = randomUUIDv7()

async function commitOnce(): Promise<{ body: Manifest; digest: string }> {
  const { job, body } = await prepareCommit(node, place, plane)
  const manifest = await plane.signManifest(body)
  await plane.call('jobs.commit', { job: job.id, attempt: job.attempt, manifest, objects: [] })
  return { body, digest: await digestStatement(manifest) }
}

function lastManifest(before?: { body: Manifest; digest: string }): Manifest {
  return {
    ...firstManifest(place, randomUUIDv7(), []),
    columns: [],
    consumed: [],
    deleted: true,
    sequence: (before?.body.sequence ?? 0) + 1,
    previous: before?.digest ?? null,
  }
}

async function remove(body: Manifest, more: { table?: string } = {}) {
  const manifest = await plane.signManifest(body)
  return plane.call('tables.delete', { project: place.project, table: place.table, manifest, by, ...more })
}
async function listTables(): Promise<Table[]> {
  const answer = await callNode(node, 'GET', `/v1/projects/${place.project}/tables`, { bearer: place.owner })
  return readJson<{ tables: Table[] }>(answer).tables
}
const count = async (sql: string) =>
  (await node.database.withTenant(place, (tx) => tx.sql<{ count: number }>(sql, [place.table])))[0]?.count

test('CLU-16: a deleted table has no files and no columns any more, its objects are garbage, its name is free', async () => {
  const committed = await commitOnce()
  assert.equal((await listTables()).length, 1)
  const { catalogueVersion } = await remove(lastManifest(committed))
  assert.ok(catalogueVersion >= 2)
  assert.deepEqual(await listTables(), [])
  assert.equal(await count('SELECT count(*) AS count FROM snapshots WHERE table_id = $1'), 1)
  assert.equal(await count("SELECT count(*) AS count FROM objects WHERE state = 'live' AND $1::uuid IS NOT NULL"), 0)
  const files =
    'SELECT count(*) AS count FROM data_files WHERE snapshot IN (SELECT id FROM snapshots WHERE table_id = $1)'
  assert.equal(await count(files), 0)
  const path = `/v1/projects/${place.project}/tables`
  const again = await callNode(node, 'POST', path, {
    bearer: place.owner,
    body: { bucket: 'sales', table: 'orders' },
  })
  assert.notEqual(readJson<{ table: Table }>(again).table.id, place.table)
  assert.equal((await callNode(node, 'GET', `${path}/${place.table}`, { bearer: place.owner })).status, 404)
})

test('data planes are given the last manifest, before those of tables that have the name since', async () => {
  const committed = await commitOnce()
  const last = lastManifest(committed)
  await remove(last)
  const { tables } = await plane.call('catalogue.read', { project: place.project })
  assert.deepEqual(
    tables.map(({ table }) => table),
    [place.table],
  )
  assert.equal(tables[0]?.manifest.statement, (await plane.signManifest(last)).statement)
})

test('the same deletion again is answered alike, another one is not taken', async () => {
  const last = lastManifest(await commitOnce())
  const first = await remove(last)
  assert.deepEqual(await remove(last), first)
  await assert.rejects(remove({ ...last, created: '2026-02-02T00:00:00.000Z' }), { code: 'commit.conflict' })
})

test('what does not end this table is refused and changes nothing', async () => {
  const committed = await commitOnce()
  const last = lastManifest(committed)
  const { deleted: _, ...notDeleted } = last
  const wrong: Manifest[] = [
    notDeleted,
    { ...last, previous: null },
    { ...last, sequence: 3 },
    { ...last, table: 'customers' },
    { ...last, project: randomUUIDv7() },
    { ...last, files: committed.body.files },
  ]
  for (const body of wrong) await assert.rejects(remove(body), { code: 'commit.conflict' })
  const stranger = await makeTestPlane(node, await makePlace(node))
  const manifest = await stranger.signManifest(last)
  const params = { project: place.project, table: place.table, manifest, by }
  await assert.rejects(plane.call('tables.delete', params), { code: 'manifest.forged' })
  assert.equal((await listTables()).length, 1)
})

test('jobs of a deleted table end, and say why', async () => {
  const upload = await sendUpload(node, place)
  await remove(lastManifest())
  const answer = await callNode(node, 'GET', `/v1/projects/${place.project}/jobs/${upload.job}`, {
    bearer: place.owner,
  })
  const { job } = readJson<{ job: { state: string; code: string; remedy: string } }>(answer)
  assert.deepEqual([job.state, job.code], ['cancelled', 'table.deleted'])
  assert.ok(job.remedy.length > 0)
})

test('CLU-13: a deletion is in the log before it is answered', async () => {
  await remove(lastManifest(await commitOnce()))
  const entry = await readLastEntry(node, place.organisation, 'table.delete')
  assert.deepEqual([entry?.object?.id, entry?.actor.id], [place.table, plane.id])
})
