import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Job } from '../../api/catalogue.ts'
import { describeProgress, describeTime } from './job-progress.ts'

const start = Date.UTC(2026, 0, 1)
const job = (change: Partial<Job>): Job =>
  ({ state: 'running', started: new Date(start).toISOString(), ended: null, progress: null, ...change }) as Job

test('a running job says its phase, bytes, rows, rate and the time that is left', () => {
  const progress = { phase: 'reading', bytes: 50_000_000, total: 200_000_000, rows: 12_000 }
  assert.deepEqual(describeProgress(job({ progress }), start + 10_000), {
    part: 0.25,
    words: 'reading · 50.0 MB of 200 MB · 12,000 rows · 5.00 MB/s · about 30 s left',
  })
})

test('what cannot be told is not said, and jobs that ended have no progress', () => {
  assert.equal(describeProgress(job({ state: 'queued' }), start)?.words, 'waiting for a data plane')
  assert.deepEqual(describeProgress(job({}), start), { part: null, words: 'starting' })
  assert.equal(describeProgress(job({ state: 'done' }), start), null)
  assert.equal(describeTime(job({ ended: new Date(start + 65_000).toISOString() })), '1 min 5 s')
  assert.equal(describeTime(job({})), null)
})
