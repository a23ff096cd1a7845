// The install step that every npm script runs first. Plain JavaScript for Node 20: nothing else is there yet.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')
const stampFile = join(modules, '.keyhold-install')
const lockFolder = join(root, '.keyhold-installing')
const windows = process.platform === 'win32'

/** The path of the Node that the project runs on: the one in the npm package `node`. */
export const nodePath = join(modules, 'node', 'bin', windows ? 'node.exe' : 'node')

/** Where Node keeps compiled modules between runs: it halves the start of every program. */
export const compileCache = join(modules, '.cache', 'keyhold')

function wantedStamp() {
  const hash = createHash('sha256')
  for (const name of ['package.json', 'package-lock.json']) hash.update(readFileSync(join(root, name)))
  return hash.update(`${process.platform} ${process.arch}`).digest('hex')
}

function installedNodeVersion() {
  if (!existsSync(nodePath)) return undefined
  const probe = spawnSync(nodePath, ['--version'], { encoding: 'utf8' })
  return probe.status === 0 ? probe.stdout.trim().slice(1) : undefined
}

const networkRemedy = 'check the network and the npm registry, then run the same command again.'

/** Runs a program to its end. Throws an Error with the remedy when it fails, after showing what it said. */
export function run(command, args, { folder = root, remedy = networkRemedy } = {}) {
  const result = spawnSync(command, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    // Only npm is a script there; a path with spaces must not pass through a shell.
    shell: windows && command === 'npm',
  })
  if (result.status === 0) return
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}\n`)
  throw new Error(`"${command} ${args.join(' ')}" failed. Remedy: ${remedy}`)
}

/** npm may skip install scripts by policy; the package `node` is empty then. Its own script is run by hand. */
function mendNode(wanted) {
  if (installedNodeVersion() === wanted) return
  run(process.execPath, ['installArchSpecificPackage.js'], { folder: join(modules, 'node') })
  const found = installedNodeVersion()
  if (found !== wanted) {
    throw new Error(
      `Node ${wanted} could not be installed (found ${found ?? 'none'}). Remedy: delete node_modules and run the command again.`,
    )
  }
}

/** Only one install or build at a time: two npm scripts started together must not delete each other's folders. */
export function withLock(work) {
  const deadline = Date.now() + 10 * 60_000
  for (;;) {
    try {
      mkdirSync(lockFolder)
      break
    } catch {
      const abandoned = existsSync(lockFolder) && Date.now() - statSync(lockFolder).mtimeMs > 5 * 60_000
      if (abandoned || Date.now() > deadline) rmSync(lockFolder, { recursive: true, force: true })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250)
    }
  }
  try {
    return work()
  } finally {
    rmSync(lockFolder, { recursive: true, force: true })
  }
}

/** Installs what is missing and returns the path of the project's Node. Throws an Error whose message says the remedy. */
export function ensureInstalled() {
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies.node
  const stamp = wantedStamp()
  const done = () => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && existsSync(nodePath)
  if (!done()) {
    withLock(() => {
      if (done()) return
      process.stderr.write('Installing dependencies (first time or changed lock file) …\n')
      run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
      mendNode(wanted)
      writeFileSync(stampFile, stamp)
    })
  }
  return nodePath
}
