/** Deleting tables through the whole data plane, against control planes that are honest, die in between, or lie. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import type { TableDelete, TableDeleted } from '@keyhold/contract'
import { DataError } from './errors.ts'
import { readBody } from './formats/statements.ts'
import { startPlanes, type Planes } from './testing/start-planes.ts'
import { TestClient } from './testing/test-client.ts'

let planes: Planes
let client: TestClient

before(async () => {
  planes = await startPlanes()
  client = await TestClient.setUp(planes.control, planes.data.ready.setupLink ?? '')
})
beforeEach(() => {
  planes.control.beforeDelete = undefined
  planes.control.afterDelete = undefined
})
after(() => planes.stop())

const csv = Buffer.from('a\n1\n2\n3\n')

async function load(table: string, id = randomUUIDv7()): Promise<TableDelete> {
  assert.equal(await client.upload(id, table, csv), null)
  const manifest = planes.control.catalogue.get(id)
  assert.ok(manifest)
  return { bucket: 'main', table, tableId: id, sequence: readBody('manifest', manifest).sequence }
}
const remove = (body: TableDelete) => client.ask('table.delete', body)
const codeOf = async (sql: string) => (await client.query(sql)).meta.code

test('a deleted table is gone for queries, and its name can be used again', async () => {
  const seen = await load('gone')
  const { meta, body } = await remove(seen)
  assert.equal(meta.outcome, 'result', JSON.stringify(meta))
  assert.deepEqual(JSON.parse(body.toString()) as TableDeleted, { sequence: 2, rows: 3, files: 1 })
  assert.equal(await codeOf('SELECT * FROM main.gone'), 'query.unknown_table')
  await load('gone')
  assert.equal((await client.query('SELECT * FROM main.gone')).meta.rows, 3)
  await planes.restart()
  client.forgetConversation()
  assert.equal((await client.query('SELECT * FROM main.gone')).meta.rows, 3)
})

test('a table that was never loaded can be deleted too', async () => {
  const never = { bucket: 'main', table: 'never', tableId: randomUUIDv7(), sequence: 0 }
  assert.equal((await remove(never)).meta.outcome, 'result')
})

test('only what the asker saw is deleted', async () => {
  const seen = await load('moved')
  assert.equal(await client.upload(seen.tableId, 'moved', csv), null)
  assert.equal((await remove(seen)).meta.code, 'table.changed')
  assert.equal((await remove({ ...seen, sequence: 2, table: 'gone' })).meta.code, 'table.changed')
  assert.equal((await remove({ ...seen, tableId: randomUUIDv7(), sequence: 0 })).meta.code, 'table.changed')
  assert.equal((await client.query('SELECT * FROM main.moved')).meta.rows, 3)
  assert.equal((await remove({ ...seen, sequence: 2 })).meta.outcome, 'result')
  assert.equal((await remove({ ...seen, sequence: 3 })).meta.code, 'table.deleted')
})

test('KH-11: a token may not delete, and neither may a person whose request no key signed', async () => {
  const seen = await load('kept')
  const { key, principal } = await client.makeToken([{ bucket: 'main', access: 'write' }])
  assert.equal((await client.ask('table.delete', seen, { key, principal })).meta.code, 'access.denied')
  const { drawSigningSeed, importSigningSeed } = await import('@keyhold/sealed')
  const stranger = await importSigningSeed(drawSigningSeed())
  assert.equal((await client.ask('table.delete', seen, { key: stranger })).meta.code, 'access.denied')
  assert.equal((await client.query('SELECT * FROM main.kept')).meta.rows, 3)
})

test('a control plane that brings a deleted table back is found out', async () => {
  const seen = await load('undead')
  const old = planes.control.catalogue.get(seen.tableId)
  assert.ok(old)
  await remove(seen)
  planes.control.catalogue.set(seen.tableId, old)
  planes.control.version++
  await planes.restart()
  client.forgetConversation()
  assert.equal(await codeOf('SELECT * FROM main.undead'), 'manifest.rolled_back')
  planes.control.catalogue.delete(seen.tableId)
  planes.control.version++
  assert.equal(await codeOf('SELECT * FROM main.undead'), 'query.unknown_table')
})

test('an upload into a deleted table is refused', async () => {
  const seen = await load('closed')
  await remove(seen)
  assert.equal(await client.upload(seen.tableId, 'closed', csv), 'table.deleted')
})

test('a deletion that the control plane does not take leaves the table, one that it took without an answer is done', async () => {
  const seen = await load('twice')
  planes.control.beforeDelete = () => {
    throw new DataError('commit.conflict', 'conflict', '')
  }
  assert.equal((await remove(seen)).meta.code, 'commit.conflict')
  assert.equal((await client.query('SELECT * FROM main.twice')).meta.rows, 3)
  planes.control.beforeDelete = undefined
  const killed = Promise.withResolvers<void>()
  planes.control.afterDelete = () => {
    planes.data.child.kill('SIGKILL')
    killed.resolve()
  }
  remove(seen).catch(() => {})
  await killed.promise
  planes.control.afterDelete = undefined
  await planes.restart('SIGKILL')
  client.forgetConversation()
  assert.equal(await codeOf('SELECT * FROM main.twice'), 'query.unknown_table')
  await load('twice')
  assert.equal((await client.query('SELECT * FROM main.twice')).meta.rows, 3)
})

test('CLU-13: who deleted which table is in the log', () => {
  const acts = planes.control.ledger.entries.filter(({ action }) => action === 'table.delete')
  assert.ok(acts.length >= 5 && acts.every(({ actor }) => actor?.id === client.person.id))
})
