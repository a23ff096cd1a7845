/**
 * Runs the tests of one kind with node:test: `unit` (default, needs only Node and npm), `browser`, `peers` or `long`.
 * What follows names the files: `upload` runs those whose path has "upload".
 * The kind is in the file's name: `x.test.ts`, `x.browser.ts`, `x.peers.ts`, `x.long.ts`; what measures how quick something
 * is says `.alone` besides, and comes last, with nothing beside it. The files of a run share a folder
 * for what is temporary and one PostgreSQL: see docs/decisions/test-speed.md.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { globSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { offerSharedPostgres } from '../packages/control/src/testing/shared-postgres.ts'
import { makeRunFolder } from './testing/run-folder.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const suffixes = { unit: 'test', browser: 'browser', peers: 'peers', long: 'long' } as const

/** Files at a time: one a core, and two on a machine with a single one. */
const countAtOnce = () => Math.min(8, Math.max(2, availableParallelism()))
const isKind = (argument = ''): argument is keyof typeof suffixes => argument in suffixes
const [first, ...others] = process.argv.slice(2)
const kind = isKind(first) ? first : 'unit'
const filters = first === undefined || isKind(first) ? others : [first, ...others]
const files = globSync(`{packages/*/{src,build},tools,bench}/**/*.${suffixes[kind]}.ts`, { cwd: root }).filter(
  (file) => !file.includes('node_modules') && (filters.length === 0 || filters.some((filter) => file.includes(filter))),
)
if (files.length === 0) {
  console.error(`No ${kind} tests match ${filters.join(', ')}.`)
  process.exit(1)
}
const folder = makeRunFolder(kind === 'unit')
process.env['TMPDIR'] = folder
const postgres = await offerSharedPostgres(join(folder, 'postgres'), async () => {
  const { startOwnTestPostgres } = await import('../packages/control/src/testing/postgres.ts')
  // Files that run at the same time share it, each with pools of its own.
  return startOwnTestPostgres({ max_connections: '200' })
})
let child: ChildProcess | undefined
let stopped = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stopped = true
    child?.kill(signal)
  })
}
const measures = (file: string) => file.includes('.alone.')
const rounds = [
  { files: files.filter((file) => !measures(file)), atOnce: kind === 'unit' ? countAtOnce() : 2 },
  { files: files.filter(measures), atOnce: 1 },
].filter((round) => round.files.length > 0)
let code = 0
for (const round of rounds) if (!stopped) code = Math.max(code, await runFiles(round.files, round.atOnce))
await postgres.end()
rmSync(folder, { recursive: true, force: true })
process.exitCode = code

async function runFiles(some: readonly string[], atOnce: number): Promise<number> {
  child = spawn(
    process.execPath,
    [
      '--test',
      `--test-concurrency=${atOnce}`,
      `--test-timeout=${kind === 'long' ? 3_600_000 : 300_000}`,
      '--test-reporter=spec',
      ...some.toSorted(),
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, ...postgres.environment } },
  )
  const [ended] = (await once(child, 'exit')) as [number | null]
  return ended ?? 2
}
