/**
 * The `keyhold` program as one file, made from its sources for each run: the tests start it hundreds of times, and most of
 * a start is reading 900 modules. `packages/cli/src/membership.test.ts` runs the sources themselves.
 */
import { build } from 'esbuild'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The program as it is. */
export const clientSource = fileURLToPath(import.meta.resolve('@keyhold/cli/main'))

// Beside the compiled modules, so that Node keeps what it compiled of it between runs.
const folder = fileURLToPath(new URL('../../node_modules/.cache/keyhold-client', import.meta.url))
const day = 86_400_000
/** Packages in CommonJS ask for Node's own modules in this way. */
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"

let made: Promise<string> | undefined

/** Path of the program in one file: always of the sources as they are now. */
export function bundleClient(): Promise<string> {
  return (made ??= makeBundle())
}

async function makeBundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [clientSource],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node26',
    banner: { js: banner },
    logLevel: 'silent',
  })
  const content = Buffer.concat(outputFiles.map(({ contents }) => contents))
  const path = join(folder, `${createHash('sha256').update(content).digest('hex').slice(0, 32)}.mjs`)
  if (existsSync(path)) utimesSync(path, new Date(), new Date())
  else writeWhole(path, content)
  return path
}

/** Two files of a run may make it at once: it has its name only when it is whole. */
function writeWhole(path: string, content: Uint8Array): void {
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) removeUnused(join(folder, name))
  const half = `${path}.${randomUUID()}`
  writeFileSync(half, content)
  renameSync(half, path)
}

function removeUnused(path: string): void {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status !== undefined && Date.now() - status.mtimeMs > day) rmSync(path, { force: true })
}
