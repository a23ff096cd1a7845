import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import { startOwnTestPostgres, type TestDatabase, type OwnTestPostgres } from '../../testing/postgres.ts'
import { failAccess } from '../access.ts'
import { encodeArray, encodeIntegers } from './binary.ts'
import { build } from './build.ts'
import type { Database } from './database.ts'

let postgres: OwnTestPostgres
let clone: TestDatabase
let database: Database
const [one, two] = [randomUUIDv7(), randomUUIDv7()]

before(async () => {
  postgres = await startOwnTestPostgres()
  clone = await postgres.create()
  database = clone.database
  for (const organisation of [one, two]) await addOrganisation(organisation)
})
after(async () => {
  await clone.close()
  await postgres.stop()
})

function addOrganisation(organisation: string): Promise<unknown> {
  const values = { id: organisation, name: 'Test', state: 'active', created: '2026-01-02T03:04:05.600Z' } as const
  return database.withTenant({ organisation }, (tx) => tx.change(build.insertInto('organisations').values(values)))
}

const all = build.selectFrom('organisations').selectAll()

test('KEB-18: a transaction sees its own organisation only, whatever it asks for', async () => {
  const seen = await database.withTenant({ organisation: one }, (tx) => tx.rows(all))
  assert.deepEqual(
    seen.map(({ id }) => id),
    [one],
  )
  const foreign = all.where('id', '=', two)
  assert.equal(await database.withTenant({ organisation: one }, (tx) => tx.first(foreign)), undefined)
  assert.equal(await database.readTenant({ organisation: one }, (tx) => tx.first(foreign)), undefined)
})

test('KEB-18: a row of another organisation can be neither written, nor changed, nor deleted', async () => {
  const project = { organisation: two, id: randomUUIDv7(), name: 'x', created: new Date().toISOString() }
  const insert = build.insertInto('projects').values(project)
  await assert.rejects(
    database.withTenant({ organisation: one }, (tx) => tx.change(insert)),
    { code: '42501' },
  )
  const update = build.updateTable('organisations').set({ name: 'taken' }).where('id', '=', two)
  assert.equal(await database.withTenant({ organisation: one }, (tx) => tx.change(update)), 0)
})

test('KEB-18: without an organisation nothing is seen, and none outlives its transaction', async () => {
  const seen = await database.withTenant({ organisation: '' }, (tx) => tx.rows(all))
  assert.deepEqual(seen, [])
  await database.withTenant({ organisation: one }, (tx) => tx.rows(all))
  const after = await database.withTenant({ organisation: '' }, (tx) => tx.rows(all))
  assert.deepEqual(after, [])
})

test('look-ups before the tenant is known give ids only, and the role that owns them cannot log in', async () => {
  const known = await database.lookUp.organisations()
  assert.deepEqual(known.map(({ organisation }) => organisation).toSorted(), [one, two].toSorted())
  assert.equal(await database.lookUp.dataPlane(one), undefined)
  assert.deepEqual(await database.lookUp.people(Buffer.alloc(32)), [])
})

test('a transaction whose work throws is rolled back, also after the database refused a statement', async () => {
  const name = (text: string) => build.updateTable('organisations').set({ name: text })
  const fails = database.withTenant({ organisation: one }, async (tx) => {
    await tx.change(name('half'))
    throw new Error('stop')
  })
  await assert.rejects(fails, /stop/)
  const swallowed = database.withTenant({ organisation: one }, async (tx) => {
    await tx.change(name('half'))
    await tx.sql('SELECT no_such_column').catch(() => {})
  })
  await assert.rejects(swallowed, { code: 'database.rolled_back' })
  const row = await database.withTenant({ organisation: one }, (tx) => tx.first(all))
  assert.equal(row?.name, 'Test')
})

test('what waits for the commit runs after it, and not after a rollback', async () => {
  const told: string[] = []
  await database.withTenant({ organisation: one }, async (tx) => tx.onCommit(() => told.push('committed')))
  const fails = database.withTenant({ organisation: one }, async (tx) => {
    tx.onCommit(() => told.push('rolled back'))
    throw new Error('stop')
  })
  await assert.rejects(fails)
  assert.deepEqual(told, ['committed'])
})

test('reads that arrive together share transactions, and each gets its own answer', async () => {
  const reads = Array.from({ length: 200 }, (_, i) =>
    database.readTenant({ organisation: one }, async (tx) => {
      const [row] = await tx.sql<{ n: number; xid: string }>('SELECT $1::int AS n, pg_current_xact_id()::text AS xid', [
        i,
      ])
      return row
    }),
  )
  const answers = await Promise.all(reads)
  assert.deepEqual(
    answers.map((row) => row?.n),
    Array.from({ length: 200 }, (_, i) => i),
  )
  assert.ok(new Set(answers.map((row) => row?.xid)).size < 20)
})

test('a read that fails takes no neighbour with it', async () => {
  const read = (sql: string) => database.readTenant({ organisation: one }, (tx) => tx.sql(sql))
  const refused = database.readTenant({ organisation: one }, () => Promise.reject(failAccess('access.denied')))
  const outcomes = await Promise.allSettled([
    read('SELECT 1 AS n'),
    read('SELECT 1 / 0'),
    refused,
    read('SELECT 2 AS n'),
  ])
  assert.deepEqual(
    outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value : (outcome.reason as { code: string }).code,
    ),
    [[{ n: 1 }], '22012', 'access.denied', [{ n: 2 }]],
  )
})

test('a read cannot write', async () => {
  const write = build.updateTable('organisations').set({ name: 'x' })
  await assert.rejects(
    database.readTenant({ organisation: one }, (tx) => tx.change(write)),
    { code: '25006' },
  )
})

test('int8 is exact or refused, numeric is text, times are ISO 8601 with milliseconds', async () => {
  const ask = (sql: string) => database.withTenant({ organisation: one }, (tx) => tx.sql(sql))
  const big = `SELECT 9007199254740991::int8 AS i, 0.10::numeric AS n, '2026-01-02 03:04:05.6+00'::timestamptz AS t,
    '2026-01-02 03:04:05+02'::timestamptz AS u`
  assert.deepEqual(await ask(big), [
    { i: 9007199254740991, n: '0.10', t: '2026-01-02T03:04:05.600Z', u: '2026-01-02T01:04:05.000Z' },
  ])
  await assert.rejects(ask('SELECT 9007199254740992::int8 AS i'), { code: 'database.integer_too_large' })
})

test('arrays in binary form arrive as they were, nulls included', async () => {
  const texts = ['', 'a', null, 'ä"\\,{}', 'x'.repeat(70_000)]
  const bytes = [Buffer.of(), Buffer.of(0, 255), null, Buffer.alloc(5000, 1)]
  const numbers = [0, -1, null, Number.MAX_SAFE_INTEGER]
  const rows = await database.withTenant({ organisation: one }, (tx) =>
    tx.prepared('test arrays', 'SELECT $1::text[] AS t, $2::bytea[] AS b, $3::bigint[]::text AS n', [
      encodeArray('text', texts),
      encodeArray('bytea', bytes),
      encodeIntegers(numbers),
    ]),
  )
  assert.deepEqual(rows[0], { t: texts, b: bytes, n: '{0,-1,NULL,9007199254740991}' })
  const empty = await database.withTenant({ organisation: one }, (tx) =>
    tx.prepared('test empty array', 'SELECT $1::text[] AS t', [encodeArray('text', [])]),
  )
  assert.deepEqual(empty[0], { t: [] })
})

test('after the server was killed the pool connects again by itself', async () => {
  await database.withTenant({ organisation: one }, (tx) => tx.first(all))
  const before = postgres.server.pid() as number
  process.kill(before, 'SIGKILL')
  while (postgres.server.pid() === before) await new Promise((resolve) => setTimeout(resolve, 20))
  const row = await retry(() => database.withTenant({ organisation: one }, (tx) => tx.first(all)))
  assert.equal(row?.id, one)
})

async function retry<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 100; ; left -= 1) {
    try {
      return await work()
    } catch (error) {
      if (left === 0) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
