/** DAT-02: the log in SQL, verified by the data plane, for those who may read it. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { ControlMethods, Principal, Role } from '@keyhold/contract'
import { parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { startPlanes, type Planes } from './testing/start-planes.ts'
import { TestClient, type Answer } from './testing/test-client.ts'

type Page = ControlMethods['ledger.read']['result']

let planes: Planes
let client: TestClient
before(async () => {
  planes = await startPlanes()
  client = await TestClient.setUp(planes.control, planes.data.ready.setupLink ?? '')
})
after(() => planes.stop())

const person = (role: Role): Principal => ({ kind: 'person', id: randomUUIDv7(), scopes: null, role })
const owner = person('owner')
const ask = (sql: string, principal: Principal = owner) => client.query(sql, { principal, cache: 'on' })

async function rowsOf({ meta, body }: Answer): Promise<Record<string, unknown>[]> {
  assert.equal(meta.outcome, 'result', JSON.stringify(meta))
  const file = body.buffer.slice(body.byteOffset, body.byteOffset + body.length) as ArrayBuffer
  return parquetReadObjects({ file, compressors })
}

test('DAT-02: an owner asks the log with SQL; asking is an entry, which the next answer has', async () => {
  const before = planes.control.ledger.entries.length
  const sql = `SELECT count(*) AS n, max("index") AS last FROM system.audit`
  const [first] = await rowsOf(await ask(sql))
  // Unwrapping the project's key may have become an entry meanwhile.
  assert.ok(Number(first?.['n']) >= before)
  assert.equal(Number(first?.['last']), Number(first?.['n']) - 1)
  const [second] = await rowsOf(await ask(sql))
  assert.ok(Number(second?.['n']) > Number(first?.['n']), 'the same question is not answered from the cache')
  assert.ok(planes.control.ledger.actions.includes('audit.query'))
})

test('every field of an entry has its column, details are JSON, and the log joins with tables', async () => {
  const sql = `SELECT a.time, system.audit.action FROM system.audit, system.audit AS a LIMIT 1`
  assert.equal((await rowsOf(await ask(sql))).length, 1)
  const rows = await rowsOf(
    await ask(`SELECT action, outcome, actor_kind, actor, details->>'bytes' AS bytes, typeof(details) AS kind, signed_by
      FROM "SYSTEM"."audit" WHERE action = 'query.run' ORDER BY "index" LIMIT 1`),
  )
  const [row] = rows
  assert.deepEqual(
    [row?.['action'], row?.['outcome'], row?.['actor_kind'], row?.['actor'], row?.['kind']],
    ['query.run', 'success', 'person', owner.id, 'JSON'],
  )
  assert.match(String(row?.['bytes']), /^\d+$/)
  assert.match(String(row?.['signed_by']), /^[\w-]{43}$/)
  assert.equal(await client.upload(randomUUIDv7(), 'people', Buffer.from(`id,name\n${owner.id},Ada\n`)), null)
  const joined = await ask(
    'SELECT name, count(*) AS n FROM main.people JOIN system.audit ON actor = id::VARCHAR GROUP BY name',
  )
  assert.equal((await rowsOf(joined))[0]?.['name'], 'Ada')
  const described = await rowsOf(await ask('DESCRIBE system.audit'))
  assert.ok(described.some((column) => column['column_name'] === 'object_kind'))
})

test('an error in a question about the log is where the asker wrote it', async () => {
  const sql = 'SELECT system.audit.time, nothing FROM system.audit'
  const { meta } = await ask(sql)
  assert.equal(meta.outcome, 'problem')
  assert.equal(meta.position, sql.indexOf('nothing'))
})

test('DAT-02: whoever may not read the log finds no such table, by whatever name or role', async () => {
  for (const role of ['analyst', 'viewer'] as const) {
    const { meta } = await ask('SELECT * FROM system.audit', person(role))
    assert.deepEqual([meta.outcome, meta.code], ['problem', 'query.unknown_table'], role)
  }
  assert.equal((await ask('SELECT * FROM system.audit', person('approver'))).meta.code, 'access.denied')
  const nobody: Principal = { kind: 'person', id: randomUUIDv7(), scopes: null }
  assert.equal((await ask('FROM system.audit', nobody)).meta.code, 'access.denied')
  const { key, principal } = await client.makeToken([{ bucket: 'system', access: 'read' }])
  const claimed = { ...principal, role: 'owner' } as const
  const answer = await client.query('FROM system.audit', { key, principal: claimed })
  assert.equal(answer.meta.code, 'query.unknown_table')
  // The engine that served an owner is not the one that serves the same person with less.
  const demoted = { ...owner, role: 'viewer' } as const
  for (const sql of ['FROM _ystem.audit', "FROM read_parquet('*.parquet')", "FROM glob('**')"]) {
    const { meta, body } = await ask(sql, demoted)
    if (meta.outcome === 'result') assert.deepEqual(await rowsOf({ meta, body }), [])
  }
})

test('KH-11: an auditor asks the log and no table, not even in the engine or the cache of a time with more', async () => {
  assert.equal(await client.upload(randomUUIDv7(), 'patients', Buffer.from('name\nAda\n')), null)
  const sql = 'SELECT * FROM main.patients'
  const before = person('admin')
  assert.equal((await rowsOf(await ask(sql, before))).length, 1)
  const auditor = { ...before, role: 'auditor' } as const
  const [row] = await rowsOf(await ask('SELECT count(*) AS n FROM system.audit', auditor))
  assert.ok(Number(row?.['n']) > 0)
  for (const wanted of [sql, 'SELECT name FROM main.patients, system.audit', 'FROM MAIN.PATIENTS']) {
    const { meta } = await ask(wanted, auditor)
    assert.deepEqual([meta.outcome, meta.code], ['problem', 'query.unknown_table'], wanted)
    assert.doesNotMatch(JSON.stringify(meta), /main\.\w+, |You may read: main/)
  }
  for (const wanted of ["FROM read_parquet('*.parquet')", "FROM glob('**')"]) {
    const answer = await ask(wanted, auditor)
    if (answer.meta.outcome === 'result') assert.deepEqual(await rowsOf(answer), [])
  }
  assert.equal((await client.ask('table.profile', {}, { principal: auditor })).meta.code, 'access.denied')
})

/** What the data plane says to a log that is changed on its way. */
async function tamper(change: (page: Page) => Page): Promise<string | undefined> {
  const { ledger } = planes.control
  ledger.tamperRead = change
  const { meta } = await ask('SELECT count(*) FROM system.audit')
  ledger.tamperRead = undefined
  return meta.code
}

test('DAT-02: a log that is altered, shortened or reordered on its way is refused, and named', async () => {
  const first = (page: Page, change: (entry: Page['entries'][number]) => Page['entries'][number]): Page => ({
    ...page,
    entries: page.entries.map((entry, at) => (at === 0 ? change(entry) : entry)),
  })
  const altered = await tamper((page) =>
    first(page, (entry) => ({ ...entry, entry: entry.entry.replace('"time":"2', '"time":"1') })),
  )
  assert.match(altered ?? '', /^ledger\.(chain_broken|signature_invalid|root_mismatch)$/)
  assert.equal(await tamper((page) => ({ ...page, entries: page.entries.slice(1) })), 'ledger.entry_missing')
  assert.equal(await tamper((page) => ({ ...page, entries: page.entries.slice(0, -1) })), 'ledger.entry_missing')
  assert.match(
    (await tamper((page) => ({ ...page, checkpoint: page.checkpoint.replace('\n', '1\n') }))) ?? '',
    /^ledger\./,
  )
  assert.match((await tamper((page) => first(page, (entry) => ({ ...entry, signature: null })))) ?? '', /^ledger\./)
  // And once it is whole again, it is read again from the beginning.
  const [row] = await rowsOf(await ask('SELECT min("index") AS first, count(*) AS n FROM system.audit'))
  assert.equal(Number(row?.['first']), 0)
  assert.ok(Number(row?.['n']) > 10)
})

test('CLN-08: an erasure in the log empties the copy, which is then made anew', async () => {
  const { ledger } = planes.control
  const asked: number[] = []
  ledger.tamperRead = (page) => {
    asked.push(page.entries[0]?.index ?? -1)
    return page
  }
  await ask('SELECT count(*) FROM system.audit')
  assert.ok((asked[0] ?? 0) > 0, 'only what is new is read')
  ledger.erasures = '1'
  asked.length = 0
  await ask('SELECT count(*) FROM system.audit')
  assert.ok(asked.includes(0), asked.join())
  ledger.tamperRead = undefined
})
