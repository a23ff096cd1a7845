import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRanges } from './read-ranges.ts'

test('ranges are read from lines, commas and blanks', () => {
  assert.deepEqual(readRanges(' 192.0.2.0/24\n2001:db8::/48, 198.51.100.7\n\n'), [
    '192.0.2.0/24',
    '2001:db8::/48',
    '198.51.100.7',
  ])
  assert.deepEqual(readRanges(' \n'), [])
})
