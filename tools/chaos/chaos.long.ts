import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { runChaos } from './run.ts'

test('killed at random moments a hundred times, nothing acknowledged is lost and nothing is loaded twice', async (context) => {
  const seed = randomInt(2 ** 31)
  context.diagnostic(`seed ${seed}`)
  const report = await runChaos({ runs: 100, seed, say: (line) => context.diagnostic(line) })
  assert.equal(report.uploads + report.queries, 100)
})
