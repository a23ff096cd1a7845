import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAge, formatBytes, formatCount, formatDuration, formatQuantity, formatShort } from './format.ts'

test('bytes have three digits and never four before the point', () => {
  const shown = [0, 999, 1000, 1250, 999_499, 999_500, 12_345_678, 3e9].map(formatBytes)
  assert.deepEqual(shown, ['0 B', '999 B', '1.00 kB', '1.25 kB', '999 kB', '1.00 MB', '12.3 MB', '3.00 GB'])
})

test('counts are grouped, large ones too, and words agree with them', () => {
  assert.equal(formatCount(3_000_000), '3,000,000')
  assert.equal(formatCount(9007199254740993n), '9,007,199,254,740,993')
  assert.equal(formatQuantity(1, 'table'), '1 table')
  assert.equal(formatQuantity(2, 'entry', 'entries'), '2 entries')
  assert.equal(formatShort(1_250_000), '1.25M')
})

test('ages are said in the largest fitting unit, and as a date beyond a month', () => {
  const now = Date.parse('2026-11-25T12:00:00.000Z')
  const ago = (seconds: number): string => formatAge(new Date(now - seconds * 1000).toISOString(), now)
  assert.deepEqual([-20, 5, 45, 180, 7200, 86_400, 9 * 86_400].map(ago), [
    'just now',
    'just now',
    '45 seconds ago',
    '3 minutes ago',
    '2 hours ago',
    'yesterday',
    'last week',
  ])
  assert.match(ago(90 * 86_400), /2026/)
})

test('durations pass from milliseconds to hours', () => {
  assert.deepEqual([0.0124, 0.9961, 1.26, 59.6, 185, 7260].map(formatDuration), [
    '12 ms',
    '1.0 s',
    '1.3 s',
    '1 min 0 s',
    '3 min 5 s',
    '2 h 1 min',
  ])
})
