import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../platform/errors.ts'
import { addressBlock, createAttempts } from './attempts.ts'

const isLimited = (error: unknown) => error instanceof AppError && error.code === 'rate.limited'

test('KEB-15: the eleventh attempt in five minutes waits until the first is five minutes old', () => {
  let time = 0
  const { begin } = createAttempts(() => time)
  for (let attempt = 0; attempt < 10; attempt++) {
    time = attempt * 1_000
    begin(['account'])
  }
  assert.throws(
    () => begin(['account']),
    (error) => isLimited(error) && (error as AppError).retryAfter === 291,
  )
  time = 300_000
  begin(['account'])
  assert.throws(() => begin(['account']), isLimited)
})

test('attempts count from their beginning, and right ones are taken back', () => {
  const { begin } = createAttempts(() => 0)
  const under = Array.from({ length: 10 }, () => begin(['account', 'block']))
  assert.throws(() => begin(['account', 'another block']), isLimited)
  assert.throws(() => begin(['another account', 'block']), isLimited)
  under[0]?.()
  begin(['account', 'block'])
  assert.throws(() => begin(['account']), isLimited)
})

test('a refused attempt counts for nothing', () => {
  let time = 0
  const { begin } = createAttempts(() => time)
  for (let attempt = 0; attempt < 10; attempt++) begin(['account'])
  for (let attempt = 0; attempt < 50; attempt++) assert.throws(() => begin(['account', 'block']), isLimited)
  begin(['block'])
  time = 300_000
  begin(['account'])
})

const blocks: [string, string][] = [
  ['192.0.2.77', '192.0.2.0/24'],
  ['::ffff:192.0.2.77', '192.0.2.0/24'],
  ['2001:db8:1:2ff:3:4:5:6', '2001:db8:1:200::/56'],
  ['2001:db8:1:2::1', '2001:db8:1:0::/56'],
  ['2001:0DB8:0001:02ab::', '2001:db8:1:200::/56'],
  ['::1', '0:0:0:0::/56'],
  ['fe80::1:2:3:4:5%eth0', 'fe80:0:0:0::/56'],
]
for (const [address, block] of blocks) {
  test(`${address} is in the block ${block}`, () => assert.equal(addressBlock(address), block))
}
