import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inLane } from './query-lanes.ts'

test('no more than four are at work at once, in order, whether they succeed or fail', async () => {
  const { signal } = new AbortController()
  const began: number[] = []
  const ends = Array.from({ length: 10 }, () => Promise.withResolvers<void>())
  const all = ends.map(({ promise }, index) =>
    inLane(signal, async () => {
      began.push(index)
      await promise
      return index
    }),
  )
  assert.deepEqual(began, [0, 1, 2, 3])
  ends[1]?.reject(new Error('failed'))
  await assert.rejects(all[1] ?? Promise.resolve())
  ends[0]?.resolve()
  assert.equal(await all[0], 0)
  assert.deepEqual(began, [0, 1, 2, 3, 4, 5])
  for (const { resolve } of ends) resolve()
  await Promise.allSettled(all)
  assert.deepEqual(began, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('what was given up while it waited is never begun', async () => {
  const stop = new AbortController()
  const { promise, resolve } = Promise.withResolvers<void>()
  const busy = [1, 2, 3, 4].map(() => inLane(new AbortController().signal, () => promise))
  let began = false
  const waiting = inLane(stop.signal, async () => {
    began = true
  })
  stop.abort()
  resolve()
  await Promise.all(busy)
  await assert.rejects(waiting, { name: 'AbortError' })
  assert.equal(began, false)
})
