import { existsSync, readFileSync } from 'node:fs'
import type { TestContext } from 'node:test'

/** Vectors of others, which lie beside the project where somebody put them there. Only for tests. */
const folder = new URL('../../../../../shared/vectors/', import.meta.url)

/** Text of one of those files; without them the test says so and is skipped. */
export function readSharedVectors(test: TestContext, name: string): string | undefined {
  const file = new URL(name, folder)
  if (existsSync(file)) return readFileSync(file, 'utf8')
  test.skip(`../shared/vectors/${name} is not there: only the project's own vectors were checked`)
  return undefined
}
