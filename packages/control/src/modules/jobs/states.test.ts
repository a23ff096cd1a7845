import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { jobEvents, type JobState, nextJobState } from './states.ts'

test('an ended job never changes, and only a running one commits, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...jobEvents), { maxLength: 40 }), (events) => {
      let state: JobState = 'queued'
      let commits = 0
      for (const event of events) {
        const next = nextJobState(state, event)
        if (next === null) continue
        assert.ok(state === 'queued' || state === 'running', `${state} changed by ${event}`)
        if (event === 'commit') {
          assert.equal(state, 'running')
          commits++
        }
        state = next
      }
      assert.ok(commits <= 1)
    }),
  )
})
