// Builds the web app when its sources changed. Plain JavaScript for Node 20, like the install step that comes before it.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodePath, run, withLock } from './install.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const web = join(root, 'packages', 'web')
/** Where the built app lies: what the control plane serves. */
export const webFolder = join(web, 'dist')
const stampFile = join(webFolder, '.stamp')
/** The app is made of these packages, and of what the lock file names. */
const sources = ['web', 'client', 'contract', 'samples', 'sealed', 'ledger']

function listFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'dist' || entry.name === 'node_modules' || entry.name.startsWith('dist.')) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? listFiles(path) : [path]
  })
}

function wantedStamp() {
  const hash = createHash('sha256')
  const files = sources.flatMap((name) => listFiles(join(root, 'packages', name)))
  for (const file of [...files.sort(), join(root, 'package-lock.json')]) {
    // Tests are no part of the app.
    if (/\.(test|browser|peers|long)\.ts$/.test(file)) continue
    hash.update(`${file.slice(root.length)}\n`).update(readFileSync(file))
  }
  return hash.digest('hex')
}

/** Builds `packages/web/dist` unless it is of these very sources. Throws an Error whose message has the remedy. */
export function ensureWebBuilt() {
  const stamp = wantedStamp()
  const done = () => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp
  if (done()) return
  withLock(() => {
    if (done()) return
    process.stderr.write('Building the web app (its sources changed) …\n')
    // Built beside and moved, so that a server that is running never serves half of it.
    const fresh = `dist.new`
    rmSync(join(web, fresh), { recursive: true, force: true })
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
    run(nodePath, [vite, 'build', '--outDir', fresh, '--logLevel', 'error'], {
      folder: web,
      remedy: 'mend what is said above, then run the same command again.',
    })
    writeFileSync(join(web, fresh, '.stamp'), stamp)
    rmSync(webFolder, { recursive: true, force: true })
    renameSync(join(web, fresh), webFolder)
  })
}
