/** Starts a Node program walled in by bubblewrap where that works, and as a plain process where it does not. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { createRequire } from 'node:module'
import type { Isolation } from './engine.ts'
import { makeSeccompFilter } from './seccomp.ts'

/** What the program may see: `path` on this side, `seenAs` on its own, read-only unless `writable`. */
type Bind = { readonly path: string; readonly seenAs: string; readonly writable?: boolean }

type SandboxedProgram = {
  /** Folder with the program, seen as `/app/program`. */
  readonly programFolder: string
  /** Entry file, relative to the folder. */
  readonly entry: string
  readonly binds: readonly Bind[]
  /** Packages that it loads. */
  readonly modules: readonly string[]
  readonly flags: readonly string[]
  /** The program's one argument, made from how it sees paths. */
  readonly argument: (see: (path: string) => string, modules: string) => string
}

export type Started = {
  readonly process: ChildProcess
  /** Process id of the program itself, for reading its memory and ending it; null until it is known. */
  readonly pid: () => number | null
}

export interface Sandbox {
  readonly isolation: Isolation
  /** Why there are no namespaces, for a finding; null when there are. */
  readonly reason: string | null
  start(program: SandboxedProgram): Started
}

/** No inspector on a signal. */
const commonFlags = ['--no-warnings', '--disable-sigusr1', '--disable-proto=delete'] as const

/** An engine: small heap, no compiled code (nothing to spray, and 10 MB less). */
export const engineProgram = {
  modules: ['@duckdb', 'detect-libc'],
  flags: [...commonFlags, '--jitless', '--max-old-space-size=96', '--max-semi-space-size=1'],
} as const

/** A reader of workbooks: what it does is JavaScript, which uncompiled would be ten times slower; it lives for one file. */
export const readerProgram = {
  modules: ['yauzl', 'pend', 'saxes', 'xmlchars'],
  flags: [...commonFlags, '--max-old-space-size=768'],
} as const

const stdio = ['pipe', 'pipe', 'pipe'] as const
/** No core dumps: they would hold values. `exec` keeps the process id. */
const withoutCoreDumps = ['-c', 'ulimit -c 0 && exec "$@"', 'sh'] as const
const shell = '/bin/sh'
const bubblewrap = 'bwrap'
const modulesFolder = dirname(dirname(dirname(createRequire(import.meta.url).resolve('@duckdb/node-api/package.json'))))

/**
 * Tries bubblewrap with the very flags that engines get, and falls back to plain processes. The environment's
 * KEYHOLD_SANDBOX decides what `best` means: `off` forgoes namespaces, `required` fails without them.
 * @param folder a private folder that outlives every engine; holds the seccomp filter.
 */
export function detectSandbox(folder: string, asked: Isolation | 'best' = 'best'): Sandbox {
  const wanted = asked === 'best' ? readSandboxChoice(process.env) : asked
  // A typing mistake must not take a wall away.
  if (wanted === undefined) throw new Error('KEYHOLD_SANDBOX is not best, off or required')
  if (wanted === 'process') return makeProcessSandbox(asked === 'best' ? 'KEYHOLD_SANDBOX is off' : 'asked for')
  const filterPath = writeFilter(folder)
  const trial = tryBubblewrap(filterPath)
  if (trial === null) return makeNamespaceSandbox(filterPath)
  if (wanted === 'namespaces') throw new Error(`bubblewrap does not work here: ${trial}`)
  return makeProcessSandbox(trial)
}

const choices = { best: 'best', off: 'process', required: 'namespaces' } as const

/** What KEYHOLD_SANDBOX asks for; undefined for a word that it does not know. */
export function readSandboxChoice(environment: NodeJS.ProcessEnv): Isolation | 'best' | undefined {
  const word = environment['KEYHOLD_SANDBOX'] ?? 'best'
  return Object.hasOwn(choices, word) ? choices[word as keyof typeof choices] : undefined
}

function writeFilter(folder: string): string | null {
  const filter = process.platform === 'linux' ? makeSeccompFilter(process.arch) : null
  if (filter === null) return null
  writeFileSync(`${folder}/seccomp.bpf`, filter, { mode: 0o600 })
  return `${folder}/seccomp.bpf`
}

function tryBubblewrap(filterPath: string | null): string | null {
  if (process.platform !== 'linux') return 'not Linux'
  const filter = filterPath === null ? null : openSync(filterPath, 'r')
  try {
    const args = [...wallArguments(filter !== null), ...systemBinds(), '/app/node', '--version']
    const result = spawnSync(bubblewrap, args, {
      stdio: ['ignore', 'ignore', 'pipe', filter ?? 'ignore'],
      timeout: 10_000,
    })
    if (result.error !== undefined) return (result.error as NodeJS.ErrnoException).code ?? 'cannot be started'
    return result.status === 0 ? null : result.stderr.toString().trim().split('\n')[0] || `status ${result.status}`
  } finally {
    if (filter !== null) closeSync(filter)
  }
}

/** No `/proc` and no `/dev`: neither Node nor DuckDB needs them, and they say much about the machine. */
function wallArguments(withFilter: boolean): readonly string[] {
  const walls =
    '--unshare-user --unshare-pid --unshare-net --unshare-ipc --unshare-uts --unshare-cgroup-try ' +
    '--uid 1000 --gid 1000 --hostname engine --cap-drop ALL --die-with-parent --new-session --as-pid-1 ' +
    '--clearenv --setenv LD_LIBRARY_PATH /app/lib --setenv MALLOC_ARENA_MAX 2'
  return [...walls.split(' '), ...(withFilter ? ['--seccomp', '3'] : [])]
}

/** Node and the shared libraries that this very process has mapped: all that a program needs beside its packages. */
function systemBinds(): readonly string[] {
  const binds = [
    [realpathSync(process.execPath), '/app/node'],
    ...listLibraries().map(({ path, name }) => [path, `/app/lib/${name}`]),
    ...listLoaders().map((loader) => [realpathSync(loader), loader]),
  ]
  return [...binds.flatMap((bind) => ['--ro-bind', ...bind]), '--tmpfs', '/tmp', '--chdir', '/tmp']
}

function moduleBinds(modules: readonly string[]): readonly string[] {
  const found = modules.filter((name) => existsSync(`${modulesFolder}/${name}`))
  return found.flatMap((name) => ['--ro-bind', `${modulesFolder}/${name}`, `/app/node_modules/${name}`])
}

function listLoaders(): readonly string[] {
  const known = ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1']
  const musl = existsSync('/lib') ? readdirSync('/lib').filter((name) => name.startsWith('ld-musl-')) : []
  return [...known, ...musl.map((name) => `/lib/${name}`)].filter((path) => existsSync(path))
}

/** Libraries under each name that a loader may ask for: the file's own and its symbolic links' beside it. */
function listLibraries(): readonly { path: string; name: string }[] {
  const mapped = new Set(readFileSync('/proc/self/maps', 'utf8').match(/\/\S+\.so[.\d]*$/gm) ?? [])
  return [...mapped]
    .filter((path) => !path.includes('/node_modules/') && existsSync(path))
    .flatMap((path) => listNames(path).map((name) => ({ path, name })))
}

function listNames(path: string): readonly string[] {
  const folder = dirname(path)
  const stem = /^.*?\.so|^[a-z+]+/.exec(basename(path))?.[0] ?? basename(path)
  const links = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isSymbolicLink() && entry.name.startsWith(stem) && realpathIs(`${folder}/${entry.name}`, path),
  )
  return [...new Set([basename(path), ...links.map((entry) => entry.name)])]
}

function realpathIs(link: string, path: string): boolean {
  try {
    return realpathSync(link) === path
  } catch {
    return false
  }
}

function makeNamespaceSandbox(filterPath: string | null): Sandbox {
  const system = systemBinds()
  return {
    isolation: 'namespaces',
    reason: null,
    start(program) {
      const see = (path: string) => program.binds.find((bind) => bind.path === path)?.seenAs ?? path
      const filter = filterPath === null ? null : openSync(filterPath, 'r')
      const binds = program.binds.flatMap((bind) => [bind.writable ? '--bind' : '--ro-bind', bind.path, bind.seenAs])
      const walls = [...wallArguments(filter !== null), '--info-fd', '4', ...system, ...moduleBinds(program.modules)]
      const seen = ['--ro-bind', program.programFolder, '/app/program', ...binds, '--remount-ro', '/']
      const command = ['/app/node', ...program.flags, `/app/program/${program.entry}`, program.argument(see, '/app/')]
      const args = [...withoutCoreDumps, bubblewrap, ...walls, ...seen, ...command]
      try {
        const child = spawn(shell, args, { stdio: [...stdio, filter ?? 'ignore', 'pipe'], env: makeEnvironment() })
        return { process: child, pid: readChildPid(child) }
      } finally {
        if (filter !== null) closeSync(filter)
      }
    },
  }
}

/** bwrap reports the program's process id on descriptor 4 as JSON. */
function readChildPid(child: ChildProcess): () => number | null {
  let text = ''
  let pid: number | null = null
  child.stdio[4]?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    const found = /"child-pid":\s*(\d+)/.exec(text)?.[1]
    if (found !== undefined) pid = Number(found)
  })
  child.stdio[4]?.on('error', () => {})
  return () => pid
}

function makeProcessSandbox(reason: string): Sandbox {
  return {
    isolation: 'process',
    reason,
    start(program) {
      const entry = `${program.programFolder}/${program.entry}`
      const argument = program.argument((path) => path, `${modulesFolder}/../`)
      const args = [...withoutCoreDumps, process.execPath, ...program.flags, entry, argument]
      const child = spawn(shell, args, { stdio: [...stdio], env: makeEnvironment(), cwd: '/' })
      return { process: child, pid: () => child.pid ?? null }
    },
  }
}

/** Of the data plane's environment only where the shell finds bubblewrap. */
function makeEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], MALLOC_ARENA_MAX: '2' }
}
