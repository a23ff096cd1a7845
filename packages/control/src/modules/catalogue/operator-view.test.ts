import assert from 'node:assert/strict'
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import type { Table } from '@keyhold/contract'
import { measureHead } from '@keyhold/sealed'
import { type TestNode, type TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import { commitTable, storeFile, type ManifestFile } from './testing/commit-table.ts'

type View = {
  rows: Record<string, Record<string, unknown>[]>
  objects: { id: string; length: number; digest: string; header: string; firstBytes: string; bodyBytes: string }[]
}

let node: TestNode
let owner: TestOwner
let table: Table
let files: ManifestFile[]
useNode(async (world) => {
  ;({ node, owner } = world)
  table = await ensure('orders')
  await commitTable(node, owner, await ensure('customers'), [await storeFile(node, owner, table)])
  const [first, second] = [await storeFile(node, owner, table), await storeFile(node, owner, table)]
  await commitTable(node, owner, table, [first])
  await commitTable(node, owner, table, [second])
  files = [first, second]
  await insertUpload()
})

async function ensure(name: string): Promise<Table> {
  const path = `/v1/projects/${owner.project}/tables`
  const call = { method: 'POST', path, bearer: owner.bearer, body: { bucket: 'sales', table: name } }
  return (await node.call<{ table: Table }>(call)).body.table
}

const view = (id = table.id) =>
  node.call<View>({
    method: 'GET',
    path: `/v1/projects/${owner.project}/tables/${id}/operator-view`,
    bearer: owner.bearer,
  })

/** An upload with its job, as the module `uploads` stores them. */
async function insertUpload(): Promise<void> {
  const { organisation, project } = owner
  const [upload, job] = [randomUUIDv7(), randomUUIDv7()]
  await node.database.withTenant(owner, async (tx) => {
    await tx.sql(
      `INSERT INTO uploads (organisation, id, project, table_id, file, mode, length, header_length, segment_length, state,
         opening, principal, job, created, expires)
       VALUES ($1, $2, $3, $4, $5, 'append', 10, 1, 1, 'open', $6, '{}', $7, now(), now())`,
      [organisation, upload, project, table.id, randomUUIDv7(), randomBytes(40), job],
    )
    await tx.sql(
      `INSERT INTO jobs (organisation, id, project, kind, state, upload, table_id, created)
       VALUES ($1, $2, $3, 'import', 'queued', $4, $5, now())`,
      [organisation, job, project, upload, table.id],
    )
  })
}

test('the operator’s view shows each object of the table by length, digest, header and first bytes', async () => {
  const { body, status } = await view()
  assert.equal(status, 200, JSON.stringify(body))
  assert.deepEqual(new Set(body.objects.map(({ id }) => id)), new Set(files.map(({ object }) => object)))
  for (const { file, object, length, digest } of files) {
    const shown = body.objects.find(({ id }) => id === object)
    assert.deepEqual([shown?.length, shown?.digest], [length, digest])
    const header = JSON.parse(shown?.header ?? '')
    assert.deepEqual([header.table, header.file, header.purpose], [table.id, file, 'data'])
    const first = Buffer.from(shown?.firstBytes ?? '', 'base64url')
    assert.equal(first.length, 256)
    assert.equal(first.subarray(0, 4).toString(), 'KHLD')
    const stored = await node.objects.read(object, { start: 0, end: length })
    const whole = Buffer.concat((await stored.toArray()) as Buffer[])
    const start = measureHead(whole)
    assert.equal(shown?.bodyBytes, whole.subarray(start, start + 1_024).toString('base64url'))
  }
})

test('an object whose bytes are gone is shown without them', async () => {
  const [file] = files
  const other = await ensure('emptied')
  const stored = await storeFile(node, owner, other)
  await commitTable(node, owner, other, [stored])
  await node.objects.delete(stored.object)
  const { objects } = (await view(other.id)).body
  assert.deepEqual(objects, [
    { id: stored.object, length: stored.length, digest: stored.digest, header: '', firstBytes: '', bodyBytes: '' },
  ])
  assert.notEqual(file?.object, stored.object)
})

test('the operator’s view shows bytes as base64url and leaves out nothing of a row', async () => {
  const { rows } = (await view()).body
  const [upload] = rows['uploads'] ?? []
  assert.equal(Buffer.from(String(upload?.['opening']), 'base64url').length, 40)
  const columns = await node.database.withTenant(owner, (tx) =>
    tx.sql<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = 'uploads'::regclass AND attnum > 0`,
    ),
  )
  assert.deepEqual(Object.keys(upload ?? {}).toSorted(), columns.map(({ name }) => name).toSorted())
})

/** What the view leaves out, and why. */
const leftOut = new Set([
  // The log: it has operations of its own.
  'ledger_entries',
  'ledger_personal',
  'ledger_outbox',
  // Sealed answers kept for a day, by principal.
  'idempotency_keys',
])

test('DAT-18: every row of the database that names the table or what belongs to it is in the operator’s view', async () => {
  const { rows } = (await view()).body
  const own = ['tables', 'snapshots', 'uploads', 'jobs', 'objects', 'data_files']
  const ids = own.flatMap((name) => (rows[name] ?? []).map(({ id }) => String(id)))
  assert.ok(ids.length >= 9, String(ids.length))
  const missing: string[] = []
  for (const name of await listDatabaseTables()) {
    if (leftOut.has(name)) continue
    const held = await node.database.withTenant(owner, (tx) =>
      tx.sql<{ text: string }>(`SELECT to_jsonb(x)::text AS text FROM ${name} x`),
    )
    const naming = held.filter(({ text }) => ids.some((id) => text.includes(id)))
    if (naming.length > (rows[name] ?? []).length)
      missing.push(`${name}: ${naming.length} of ${rows[name]?.length ?? 0}`)
  }
  assert.deepEqual(missing, [])
})

async function listDatabaseTables(): Promise<string[]> {
  const rows = await node.database.withTenant(owner, (tx) =>
    tx.sql<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
       AND has_table_privilege(oid, 'SELECT')`,
    ),
  )
  assert.ok(rows.length > 15)
  return rows.map(({ name }) => name)
}
