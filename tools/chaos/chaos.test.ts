import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runChaos } from './run.ts'

test('killed at random moments, nothing acknowledged is lost and nothing is loaded twice (short form)', async () => {
  const report = await runChaos({ runs: 8, seed: 20261123, say: () => undefined })
  assert.equal(report.uploads + report.queries, 8)
})
