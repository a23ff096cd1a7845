import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ResultCache, type CacheInputs } from './result-cache.ts'

const hour = 3_600_000
const inputs: CacheInputs = {
  organisation: 'o',
  project: 'p',
  policy: 'all',
  identity: 'person:1',
  grant: null,
  sql: 'select 1',
  parameters: [['a', 'text', 'x']],
  dataVersion: 'v1',
}

test('an entry comes back for the very same inputs', () => {
  const cache = new ResultCache(1 << 20)
  cache.put(inputs, Buffer.from('result'))
  assert.equal(cache.get({ ...inputs })?.toString(), 'result')
})

test('CLU-05: every input is part of the look-up', () => {
  const cache = new ResultCache(1 << 20)
  cache.put(inputs, Buffer.from('result'))
  const others: Partial<CacheInputs>[] = [
    { organisation: 'x' },
    { project: 'x' },
    { policy: 'b1' },
    { identity: 'person:2' },
    { grant: 'g' },
    { sql: 'select 2' },
    { parameters: [['a', 'text', 'y']] },
    { parameters: [] },
    { dataVersion: 'v2' },
  ]
  for (const other of others) assert.equal(cache.get({ ...inputs, ...other }), undefined)
})

test('CLU-05: entries go 24 h after their hour began', () => {
  let now = 10 * hour + 59 * 60_000
  const cache = new ResultCache(1 << 20, () => now)
  cache.put(inputs, Buffer.from('result'))
  now = 34 * hour - 1
  assert.equal(cache.get(inputs)?.toString(), 'result')
  now = 34 * hour
  assert.equal(cache.get(inputs), undefined)
  assert.equal(cache.size, 0)
})

test('the oldest entries make room, and an entry too large is not kept', () => {
  const cache = new ResultCache(800)
  for (let index = 0; index < 20; index++) cache.put({ ...inputs, sql: `${index}` }, Buffer.alloc(90))
  assert.ok(cache.size <= 800)
  assert.equal(cache.get({ ...inputs, sql: '0' }), undefined)
  assert.equal(cache.get({ ...inputs, sql: '19' })?.length, 90)
  cache.put(inputs, Buffer.alloc(101))
  assert.equal(cache.get(inputs), undefined)
})

test('clearing leaves nothing', () => {
  const cache = new ResultCache(1 << 20)
  cache.put(inputs, Buffer.from('result'))
  cache.clear()
  assert.equal(cache.get(inputs), undefined)
  assert.equal(cache.size, 0)
})
