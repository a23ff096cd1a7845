import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startPlanes, type Planes } from './testing/start-planes.ts'
import { TestClient } from './testing/test-client.ts'

let planes: Planes
let client: TestClient
const airports = randomUUIDv7()

before(async () => {
  planes = await startPlanes()
  console.log(`the data plane’s query processes: ${planes.data.ready.isolation}`)
  client = await TestClient.setUp(planes.control, planes.data.ready.setupLink ?? '')
})
after(() => planes.stop())

async function count(table: string): Promise<number> {
  const { meta } = await client.query(`SELECT * FROM main.${table}`)
  assert.equal(meta.outcome, 'result', JSON.stringify(meta))
  return meta.rows ?? -1
}

test('a sealed CSV becomes a table that a sealed, attested query reads', async () => {
  assert.equal(await client.upload(airports, 'airports', Buffer.from('code,height\nAAA,1\nBBB,2\n')), null)
  const { meta, body } = await client.query('SELECT sum(height) AS s FROM main.airports')
  assert.equal(meta.outcome, 'result', JSON.stringify(meta))
  assert.deepEqual([meta.rows, meta.attested, meta.cached], [1, true, false])
  assert.equal(body.subarray(0, 4).toString(), 'PAR1')
  assert.match(meta.checkpoint ?? '', /^test\//)
})

test('every use of keys and data is in the log, signed and chained by the data plane', () => {
  const { actions, entries } = planes.control.ledger
  for (const action of [
    'roster.append',
    'project.provision',
    'key.unwrap',
    'manifest.sign',
    'table.decrypt',
    'query.run',
  ]) {
    assert.ok(actions.includes(action), `${action} of ${actions.join()}`)
  }
  assert.deepEqual(
    entries.map(({ origin }) => (origin === 'control' ? 0 : origin.sequence)),
    entries.map((_, index) => index + 1),
  )
})

test('append adds rows, replace puts others in their place', async () => {
  const table = randomUUIDv7()
  assert.equal(await client.upload(table, 'growing', Buffer.from('a,b\n1,x\n')), null)
  assert.equal(await client.upload(table, 'growing', Buffer.from('a,b\n2,y\n3,z\n'), { mode: 'append' }), null)
  assert.equal(await count('growing'), 3)
  assert.equal(await client.upload(table, 'growing', Buffer.from('a,b\n9,x\n')), null)
  assert.equal(await count('growing'), 1)
})

test('a table changes its columns only when that is asked for', async () => {
  const table = randomUUIDv7()
  assert.equal(await client.upload(table, 'steady', Buffer.from('a\n1\n')), null)
  const other = Buffer.from('b,c\nx,1\n')
  assert.match((await client.upload(table, 'steady', other)) ?? '', /^import\./)
  assert.match((await client.upload(table, 'steady', other, { mode: 'append' })) ?? '', /^import\./)
  assert.equal(await count('steady'), 1)
  assert.equal(await client.upload(table, 'steady', other, { opening: { allowSchemaChange: true } }), null)
})

test('a replacement that lost more than half of the rows does not replace good data', async () => {
  const table = randomUUIDv7()
  const rows = Array.from({ length: 2000 }, (_, index) => `${index}\n`).join('')
  assert.equal(await client.upload(table, 'large', Buffer.from(`n\n${rows}`)), null)
  assert.equal(await client.upload(table, 'large', Buffer.from('n\n1\n2\n')), 'import.suspiciously_small')
  assert.equal(await count('large'), 2000)
})

test('DAT-21: a bad row is named by line and rule; its value is in no message, log or file', async () => {
  const opening = { schema: [{ name: 'n', type: 'INTEGER' }] }
  assert.equal(
    await client.upload(randomUUIDv7(), 'bad', Buffer.from('n\n1\nzanzibar77\n'), { opening }),
    'import.bad_row',
  )
  const failure = planes.control.failures.at(-1)
  assert.match(`${failure?.message} ${failure?.remedy}`, /line 3/)
  const folder = join(planes.home, 'data')
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(
    (entry) => entry.isFile() && !entry.name.endsWith('.new'),
  )
  for (const file of files) {
    const content = await readFile(join(file.parentPath, file.name))
    assert.equal(content.includes('zanzibar77'), false, file.name)
  }
  assert.equal(JSON.stringify(planes.control.failures).includes('zanzibar77'), false)
})

test('NDJSON and Parquet load too', async () => {
  const { body } = await client.query('SELECT height, code FROM main.airports')
  assert.equal(await client.upload(randomUUIDv7(), 'from_parquet', body, { opening: { format: 'parquet' } }), null)
  assert.equal(await count('from_parquet'), 2)
  const lines = Buffer.from('{"a":1}\n{"a":2}\n{"a":3}\n')
  assert.equal(await client.upload(randomUUIDv7(), 'from_json', lines, { opening: { format: 'ndjson' } }), null)
  assert.equal(await count('from_json'), 3)
})

test('a file of several parts keeps every row, quoted line ends included', async () => {
  const text = Array.from(
    { length: 60_000 },
    (_, index) => `${index},"line one\nline, ""two"" ${'x'.repeat(40)}"\n`,
  ).join('')
  assert.equal(await client.upload(randomUUIDv7(), 'parts', Buffer.from(`id,text\n${text}`)), null)
  assert.equal(await count('parts'), 60_000)
})

test('CLU-05: the same question by the same asker comes from the cache, by another asker not', async () => {
  const sql = 'SELECT max(height) AS m FROM main.airports'
  assert.equal((await client.query(sql, { cache: 'on' })).meta.cached, false)
  const again = await client.query(sql, { cache: 'on' })
  assert.deepEqual([again.meta.cached, again.meta.rows], [true, 1])
  const { key, principal } = await client.makeToken([{ bucket: 'main', access: 'read' }])
  assert.equal((await client.query(sql, { cache: 'on', key, principal })).meta.cached, false)
  await client.upload(airports, 'airports', Buffer.from('code,height\nAAA,1\nBBB,7\n'))
  assert.equal((await client.query(sql, { cache: 'on' })).meta.cached, false)
})

test('a result above the frame’s limit is streamed', async () => {
  const { meta, body } = await client.query(`SELECT i, hash(i) AS h, md5(i::VARCHAR) AS m FROM range(200000) r(i)`)
  assert.equal(meta.outcome, 'result', JSON.stringify(meta))
  assert.ok(body.length > 1 << 20)
  assert.equal(body.subarray(-4).toString(), 'PAR1')
})

test('a mistake in SQL is told to the asker alone', async () => {
  const { meta } = await client.query(`SELECT 'secretvalue'::INTEGER FROM main.airports`)
  assert.equal(meta.outcome, 'problem')
  assert.match(meta.code ?? '', /^query\./)
  const log = await readFile(join(planes.home, 'data', 'data.log'), 'utf8')
  assert.equal(log.includes('secretvalue'), false)
  const unknown = await client.query('SELECT * FROM main.nowhere')
  assert.equal(unknown.meta.code, 'query.unknown_table')
  assert.match(unknown.meta.detail ?? '', /main\.airports/)
  const misplaced = await client.query(`SELECT 'ä', nonsense FROM main.airports`)
  assert.equal(misplaced.meta.code, 'query.unknown_column')
  assert.equal(misplaced.meta.position, Buffer.byteLength(`SELECT 'ä', `))
})
