import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type * as Ledger from './index.ts'
import { vectorsPath } from './make-vectors.ts'
import { streamLines } from './test-log.ts'

test('built for browsers, the package needs no module of Node’s and verifies and finds the same', async () => {
  const built = await build({
    entryPoints: [fileURLToPath(new URL('index.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  })
  const code = built.outputFiles[0]!.text
  assert.doesNotMatch(code, /from ?["']|import ?\(|require\(/)
  const { parseVerifierKey, verifyBundle } = (await import(
    `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`
  )) as typeof Ledger
  const { bundle, keys } = JSON.parse(readFileSync(vectorsPath, 'utf8')) as { bundle: string[]; keys: { log: string } }
  const pinnedKeys = [parseVerifierKey(keys.log)]
  assert.ok((await verifyBundle(streamLines(bundle), { pinnedKeys })).ok)
  const altered = bundle.map((line) => line.replace('number\\":3', 'number\\":4'))
  const verdict = await verifyBundle(streamLines(altered), { pinnedKeys })
  assert.deepEqual(!verdict.ok && [verdict.code, verdict.index], ['ledger.entry_altered', 3])
})
