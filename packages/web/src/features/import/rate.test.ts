import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RateMeter } from './rate.ts'

test('rate and time left follow the last seconds', () => {
  const meter = new RateMeter()
  assert.equal(meter.measure(1000), undefined)
  meter.add(0, 0)
  meter.add(100, 50)
  assert.equal(meter.measure(1000), undefined, 'a tenth of a second says nothing')
  meter.add(1000, 500)
  assert.deepEqual(meter.measure(1000), { bytesPerSecond: 500, secondsLeft: 1 })
  for (let second = 2; second <= 20; second++) meter.add(second * 1000, 500 + (second - 1) * 10)
  const pace = meter.measure(1000)
  assert.ok(pace !== undefined && pace.bytesPerSecond === 10)
})

test('what stands still has no time left, and what starts over is measured anew', () => {
  const meter = new RateMeter()
  meter.add(0, 100)
  meter.add(2000, 100)
  assert.equal(meter.measure(1000), undefined)
  meter.add(3000, 0)
  meter.add(4000, 300)
  assert.deepEqual(meter.measure(900), { bytesPerSecond: 300, secondsLeft: 2 })
})
