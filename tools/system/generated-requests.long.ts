/** The long form of generated-requests.test.ts. */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { routeList } from '@keyhold/contract'
import { tryRequests } from './requests/try-requests.ts'

test('10,000 generated requests, valid to hostile, get answers with a code, a remedy and every header, and no fault', async (context) => {
  const seed = randomInt(2 ** 31)
  context.diagnostic(`seed ${seed}`)
  const { operations, succeeded, certain, statuses, faults } = await tryRequests(10_000, seed)
  context.diagnostic(JSON.stringify(Object.fromEntries(statuses)))
  assert.deepEqual(faults, [])
  assert.deepEqual(
    routeList.map(({ operationId }) => operationId).filter((name) => !operations.has(name)),
    [],
  )
  // Which change succeeds is chance; that every read of what is there does, and that each kind of refusal came, is not.
  assert.ok(certain.length > 20)
  assert.deepEqual(
    certain.filter((name) => !succeeded.has(name)),
    [],
  )
  for (const status of [200, 400, 401, 403, 404])
    assert.ok((statuses.get(status) ?? 0) > 0, `${status} was never the answer`)
})
