/** The engine's and the spine's tests, once with bubblewrap and once without. Needs Debian's bubblewrap. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ensurePrograms } from './debian.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const files = globSync('packages/data/src/{engine/*,spine}.test.ts', { cwd: root })
const missing = process.platform === 'linux' ? ensurePrograms({ bwrap: 'bubblewrap' }) : 'bubblewrap needs Linux.'

/** Runs the tests as `npm test` would; everything that they printed. */
async function runTests(sandbox: 'best' | 'off'): Promise<string> {
  const { NODE_TEST_CONTEXT: _context, ...environment } = process.env
  const child = spawn(process.execPath, ['--test', '--test-concurrency=2', '--test-reporter=spec', ...files.sort()], {
    cwd: root,
    env: { ...environment, KEYHOLD_SANDBOX: sandbox, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  assert.equal(code, 0, output)
  return output
}

function countPassed(output: string): number {
  return Number(/^ℹ pass (\d+)$/m.exec(output)?.[1])
}

test('AIV-01: every test of the engine and the spine passes with query processes in namespaces', async (context) => {
  if (missing !== null) return context.skip(missing)
  const output = await runTests('best')
  assert.match(output, /engines run in namespaces too/)
  assert.match(output, /the data plane’s query processes: bubblewrap/)
  assert.doesNotMatch(output, /no namespaces here/)
  assert.ok(countPassed(output) > 50)
})

test('and without bubblewrap, as plain processes', async () => {
  const output = await runTests('off')
  assert.match(output, /no namespaces here: KEYHOLD_SANDBOX is off/)
  assert.match(output, /the data plane’s query processes: process/)
  assert.doesNotMatch(output, /engines run in namespaces too|query processes: bubblewrap/)
  assert.ok(countPassed(output) > 50)
})
