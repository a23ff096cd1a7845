/** Writes docs/openapi.json from the routes table; with `--check` fails when the file is not what it would write. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildOpenApi } from '@keyhold/contract'

const file = fileURLToPath(new URL('../docs/openapi.json', import.meta.url))
const wanted = `${JSON.stringify(buildOpenApi('0.1.0'), null, 2)}\n`
if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== wanted) {
    console.error('docs/openapi.json is not what the routes say. Remedy: npm run fix')
    process.exitCode = 1
  }
} else writeFileSync(file, wanted)
