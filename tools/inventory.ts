/** Writes the data inventory from the migrations' comments; with `--check` fails when the file is not what it would write. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildInventory } from './inventory/build-inventory.ts'

const migrations = fileURLToPath(new URL('../packages/control/migrations', import.meta.url))
const file = fileURLToPath(new URL('../packages/web/src/features/inventory/inventory.json', import.meta.url))
const wanted = `${JSON.stringify(buildInventory(migrations), null, 2)}\n`
if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== wanted) {
    console.error('The data inventory is not what the migrations say. Remedy: npm run fix')
    process.exitCode = 1
  }
} else writeFileSync(file, wanted)
