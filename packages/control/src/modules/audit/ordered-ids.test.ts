import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOrderedIds } from './ordered-ids.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('ids sort in the order in which they were drawn, however many a millisecond has', () => {
  const draw = createOrderedIds()
  const ids = Array.from({ length: 2000 }, draw)
  assert.deepEqual(ids.toSorted(), ids)
  assert.equal(new Set(ids).size, ids.length)
  for (const id of ids) assert.match(id, uuid)
})

test('a clock that steps back does not bring later entries before earlier ones', () => {
  const drawn = ['01999999-0002-7fff-8000-000000000001', '01999999-0001-7000-8000-000000000002']
  const draw = createOrderedIds(() => drawn.shift() ?? '')
  const [first, second] = [draw(), draw()]
  assert.ok(first < second, `${first} ${second}`)
})
