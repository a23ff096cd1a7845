/**
 * Runs the tests of one kind with node:test: `unit` (default, needs only Node and npm), `browser`, `peers` or `long`.
 * What follows names the files: `upload` runs those whose path has "upload".
 * The kind is in the file's name: `x.test.ts`, `x.browser.ts`, `x.peers.ts`, `x.long.ts`.
 */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const suffixes = { unit: 'test', browser: 'browser', peers: 'peers', long: 'long' } as const

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
const child = spawn(
  process.execPath,
  [
    '--test',
    '--test-concurrency=2',
    `--test-timeout=${kind === 'long' ? 3_600_000 : 300_000}`,
    '--test-reporter=spec',
    ...files.sort(),
  ],
  { cwd: root, stdio: 'inherit' },
)
child.on('exit', (code) => {
  process.exitCode = code ?? 2
})
