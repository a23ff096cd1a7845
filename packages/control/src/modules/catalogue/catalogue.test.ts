import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import type { Signed, Table } from '@keyhold/contract'
import { makeToken } from '../setup/testing/sign-token.ts'
import { type TestNode, type TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import { catalogueParts } from './index.ts'
import { readManifests } from './snapshot-store.ts'
import { commitTable, storeFile } from './testing/commit-table.ts'

let node: TestNode
let owner: TestOwner
useNode((world) => void ({ node, owner } = world))

const tablesPath = () => `/v1/projects/${owner.project}/tables`
const ensure = (bucket: string, table: string, bearer = owner.bearer) =>
  node.call<{ table: Table }>({ method: 'POST', path: tablesPath(), bearer, body: { bucket, table } })
const list = async (bearer = owner.bearer) =>
  (await node.call<{ tables: Table[] }>({ method: 'GET', path: tablesPath(), bearer })).body.tables
const read = (table: string, bearer = owner.bearer) =>
  node.call<{ table: Table; manifest: Signed | null }>({ method: 'GET', path: `${tablesPath()}/${table}`, bearer })

test('a table is made once, with its bucket, and found from then on', async () => {
  const made = await ensure('sales', 'orders')
  assert.equal(made.status, 200, JSON.stringify(made.body))
  const { id, created } = made.body.table
  const empty = { sequence: 0, rows: 0, bytes: 0, columns: [], changed: null }
  assert.deepEqual(made.body.table, { id, bucket: 'sales', name: 'orders', ...empty, created })
  assert.deepEqual((await ensure('sales', 'orders')).body, made.body)
  assert.notEqual((await ensure('sales', 'customers')).body.table.id, id)
  assert.deepEqual((await read(id)).body, { table: made.body.table, manifest: null })
})

test('many who make the same table at the same moment get the same one', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => ensure('race', 'one')))
  const ids = new Set(answers.map(({ body }) => body.table?.id))
  assert.deepEqual([ids.size, ids.has(undefined as unknown as string)], [1, false], JSON.stringify(answers[0]?.body))
})

test('KEB-03: a token makes tables only in buckets that it may write, also ones that are not there yet', async () => {
  const writer = await makeToken(node, owner, [{ bucket: 'fresh', access: 'write' }])
  const reader = await makeToken(node, owner, [{ bucket: 'fresh', access: 'read' }])
  assert.equal((await ensure('fresh', 'first', reader.secret)).problem.code, 'access.denied')
  assert.equal((await ensure('other', 'first', writer.secret)).problem.code, 'access.denied')
  assert.equal((await ensure('fresh', 'first', writer.secret)).status, 200)
  const names = await node.database.withTenant(owner, (tx) => tx.sql<{ name: string }>('SELECT name FROM buckets'))
  assert.ok(names.every(({ name }) => name !== 'other'))
})

test('KEB-03: a token lists and reads the tables of the buckets that it may read', async () => {
  await Promise.all([ensure('sales', 'orders'), ensure('hr', 'staff')])
  const reader = await makeToken(node, owner, [{ bucket: 'sales', access: 'read' }])
  const writer = await makeToken(node, owner, [{ bucket: 'sales', access: 'write' }])
  assert.deepEqual(new Set((await list(reader.secret)).map(({ bucket }) => bucket)), new Set(['sales']))
  assert.deepEqual(await list(writer.secret), [])
  const staff = (await list()).find(({ name }) => name === 'staff')
  const orders = (await list()).find(({ name }) => name === 'orders')
  assert.equal((await read(staff?.id ?? '', reader.secret)).problem.code, 'access.denied')
  assert.equal((await read(orders?.id ?? '', reader.secret)).status, 200)
  assert.equal((await read(orders?.id ?? '', writer.secret)).problem.code, 'access.denied')
})

test('a name that SQL could not use without quotes is refused', async () => {
  for (const name of ['', 'Orders', '1st', 'a-b', 'a b', "a'b", 'a'.repeat(64)]) {
    assert.equal((await ensure('sales', name)).problem.code, 'request.invalid', name)
  }
})

test('a commit moves the pointer, counts the version and names the objects it replaces', async () => {
  const { table } = (await ensure('sales', 'committed')).body
  const [first, second, third] = [
    await storeFile(node, owner, table),
    await storeFile(node, owner, table),
    await storeFile(node, owner, table),
  ]
  const one = await commitTable(node, owner, table, [first])
  const two = await commitTable(node, owner, table, [first, second])
  assert.equal(two.catalogueVersion, one.catalogueVersion + 1)
  assert.deepEqual([one.replacedObjects, two.replacedObjects], [[], [first.object]])
  const three = await commitTable(node, owner, table, [third])
  assert.deepEqual(three.replacedObjects.toSorted(), [first.object, second.object].toSorted())
  const now = (await read(table.id)).body
  assert.deepEqual(now.manifest, three.manifest)
  const { sequence, rows, bytes, columns } = now.table
  assert.deepEqual({ sequence, rows, bytes }, { sequence: 3, rows: 10, bytes: third.length })
  assert.deepEqual(columns, [{ name: 'amount', type: 'DECIMAL(18,2)' }])
  assert.equal(
    await node.database.readTenant(owner, (tx) => catalogueParts.readDigest(tx, three.snapshot)),
    three.digest,
  )
})

test('a file that commits keep has one row however many commits there are', async () => {
  const { table } = (await ensure('sales', 'appended')).body
  const files = []
  for (let commit = 0; commit < 5; commit++) {
    files.push(await storeFile(node, owner, table))
    await commitTable(node, owner, table, [...files])
  }
  const rows = await node.database.withTenant(owner, (tx) =>
    tx.sql<{ sequence: number }>(
      `SELECT s.sequence FROM data_files f JOIN snapshots s ON s.id = f.snapshot WHERE s.table_id = $1`,
      [table.id],
    ),
  )
  assert.deepEqual(
    rows.map(({ sequence }) => sequence),
    [5, 5, 5, 5, 5],
  )
})

test('data planes get the current manifests of a project and the version that they are', async () => {
  const { table } = (await ensure('sales', 'read_by_plane')).body
  const committed = await commitTable(node, owner, table, [await storeFile(node, owner, table)])
  const catalogue = await node.database.readTenant(owner, (tx) => readManifests(tx, owner.project))
  assert.equal(catalogue?.version, committed.catalogueVersion)
  assert.deepEqual(catalogue?.tables.find((known) => known.table === table.id)?.manifest, committed.manifest)
  assert.ok(catalogue?.tables.every(({ manifest }) => manifest !== null))
  assert.equal(await node.database.readTenant(owner, (tx) => readManifests(tx, randomUUIDv7())), undefined)
})

test('a project that is not there has no tables and takes none', async () => {
  const path = `/v1/projects/${randomUUIDv7()}/tables`
  const { bearer } = owner
  const listed = await node.call({ method: 'GET', path, bearer })
  assert.deepEqual([listed.status, listed.problem.code], [404, 'project.unknown'])
  const made = await node.call({ method: 'POST', path, bearer, body: { bucket: 'a', table: 'b' } })
  assert.deepEqual([made.status, made.problem.code], [404, 'project.unknown'])
})
