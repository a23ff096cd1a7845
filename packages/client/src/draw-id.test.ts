import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawId } from './draw-id.ts'

test('an id is a UUIDv7 whose first 48 bits are the time, so that later ids sort later', () => {
  const now = Date.parse('2026-11-25T12:00:00.123Z')
  const id = drawId(now)
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16), now)
  assert.ok(id < drawId(now + 1))
  assert.notEqual(id, drawId(now))
})
