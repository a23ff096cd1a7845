import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'

/** Waits for what no event tells of: a process that ends, a folder that empties. Fails after ten seconds. */
export async function waitUntil(condition: () => boolean): Promise<void> {
  for (let count = 0; count < 1000 && !condition(); count += 1) await delay(10)
  assert.ok(condition(), 'it did not come true within 10 s')
}
