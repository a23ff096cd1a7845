/** Column profiles through the whole data plane. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { TableProfile } from '@keyhold/contract'
import { startPlanes, type Planes } from './testing/start-planes.ts'
import { TestClient, type Answer } from './testing/test-client.ts'

let planes: Planes
let client: TestClient
const table = randomUUIDv7()
const body = { bucket: 'main', table: 'airports' }

before(async () => {
  planes = await startPlanes()
  client = await TestClient.setUp(planes.control, planes.data.ready.setupLink ?? '')
  assert.equal(await client.upload(table, 'airports', Buffer.from('code,height\nAAA,12.5\nBBB,7.25\nAAA,\n')), null)
})
after(() => planes.stop())

function read({ meta, body: answer }: Answer): TableProfile {
  assert.equal(meta.outcome, 'result', JSON.stringify(meta))
  return JSON.parse(answer.toString()) as TableProfile
}

test('a profile says what is in each column, and is kept until the data changes', async () => {
  const first = await client.ask('table.profile', body)
  const { rows, columns } = read(first)
  assert.equal(rows, 3)
  const [code, height] = columns
  assert.deepEqual(code?.top, [
    { value: 'AAA', count: 2 },
    { value: 'BBB', count: 1 },
  ])
  assert.deepEqual([height?.class, height?.nulls, height?.distinct?.count], ['number', 1, 2])
  assert.deepEqual([height?.min, height?.max].map(Number), [7.25, 12.5])
  assert.equal(first.meta.cached, false)
  const again = await client.ask('table.profile', body)
  assert.equal(again.meta.cached, true)
  assert.deepEqual(read(again), read(first))
  assert.equal(await client.upload(table, 'airports', Buffer.from('code,height\nCCC,1.5\n')), null)
  const changed = await client.ask('table.profile', body)
  assert.deepEqual([changed.meta.cached, read(changed).rows], [false, 1])
})

test('a table without rows has a profile of its columns', async () => {
  assert.equal(await client.upload(randomUUIDv7(), 'empty', Buffer.from('a,b\n')), null)
  const { rows, columns } = read(await client.ask('table.profile', { bucket: 'main', table: 'empty' }))
  assert.deepEqual(
    [rows, columns.map(({ name, nulls }) => [name, nulls])],
    [
      0,
      [
        ['a', 0],
        ['b', 0],
      ],
    ],
  )
})

test('KEB-16: what the asker may not read has no profile, and neither has what is not there', async () => {
  const { key, principal } = await client.makeToken([{ bucket: 'other', access: 'read' }])
  assert.equal((await client.ask('table.profile', body, { key, principal })).meta.code, 'query.unknown_table')
  const reader = await client.makeToken([{ bucket: 'main', access: 'read' }])
  assert.equal((await client.ask('table.profile', body, reader)).meta.cached, false)
  const missing = await client.ask('table.profile', { bucket: 'main', table: 'nowhere' })
  assert.equal(missing.meta.code, 'query.unknown_table')
  assert.equal((await client.ask('table.profile', { ...body, more: 1 })).meta.code, 'profile.malformed')
})

test('CLU-13: each profile is in the log, with what was decrypted for it', () => {
  const actions = planes.control.ledger.entries.map(({ action }) => action)
  assert.ok(actions.includes('table.profile.run') && actions.includes('table.decrypt'), String(actions))
})
