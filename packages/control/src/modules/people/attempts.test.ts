import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressBlock, createAttempts, highestLevel } from './attempts.ts'

test('KEB-15: work is asked for after ten attempts in five minutes, until the first is five minutes old', () => {
  let time = 0
  const { begin, level } = createAttempts(() => time)
  for (let attempt = 0; attempt < 10; attempt++) {
    assert.equal(level(['account']), 0)
    time = attempt * 1_000
    begin(['account'])
  }
  assert.equal(level(['account']), 1)
  time = 300_000
  assert.equal(level(['account']), 0)
})

test('the work doubles with each ten more, up to what still lets the owner in', () => {
  const { begin, level } = createAttempts(() => 0)
  const levels = Array.from({ length: 90 }, () => {
    begin(['account'])
    return level(['account'])
  })
  assert.deepEqual(
    [9, 10, 20, 30, 40, 50, 90].map((count) => levels[count - 1]),
    [0, 1, 2, 3, 4, 5, 5],
  )
  assert.equal(highestLevel, 5)
})

test('attempts count from their beginning, and right ones are taken back', () => {
  const { begin, level } = createAttempts(() => 0)
  const under = Array.from({ length: 10 }, () => begin(['account', 'block']))
  assert.deepEqual([level(['account', 'another block']), level(['another account', 'block'])], [1, 1])
  under[0]?.()
  assert.equal(level(['account', 'block']), 0)
})

const blocks: [string, string][] = [
  ['192.0.2.77', '192.0.2.0/24'],
  ['::ffff:192.0.2.77', '192.0.2.0/24'],
  ['2001:db8:1:2ff:3:4:5:6', '2001:db8:1:2ff::/64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:02ab::', '2001:db8:1:2ab::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1:2:3:4:5%eth0', 'fe80:0:0:1::/64'],
]
for (const [address, block] of blocks) {
  test(`${address} is in the block ${block}`, () => assert.equal(addressBlock(address), block))
}
