/** `npm run check`: format, lint with types, types, dead code, architecture, OpenAPI drift. Runs all and reports all. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = (name: string) => `${root}node_modules/.bin/${name}`
const fix = process.argv.includes('--fix')

const steps: readonly { name: string; command: string; args: string[] }[] = [
  { name: 'format', command: bin('oxfmt'), args: fix ? ['.'] : ['--check', '.'] },
  { name: 'lint', command: bin('oxlint'), args: ['--type-aware', ...(fix ? ['--fix'] : [])] },
  { name: 'types', command: bin('tsc'), args: ['--noEmit', '-p', 'tsconfig.json'] },
  { name: 'types of web', command: bin('tsc'), args: ['--noEmit', '-p', 'packages/web/tsconfig.json'] },
  { name: 'dead code', command: bin('knip'), args: ['--no-progress'] },
  { name: 'architecture', command: process.execPath, args: ['--test', 'tools/check/architecture.test.ts'] },
  { name: 'inventory', command: process.execPath, args: ['tools/inventory.ts', ...(fix ? [] : ['--check'])] },
  { name: 'openapi', command: process.execPath, args: ['tools/openapi.ts', ...(fix ? [] : ['--check'])] },
]

const failed: string[] = []
for (const step of steps) {
  const script = step.command === process.execPath ? step.args.find((argument) => argument.endsWith('.ts')) : undefined
  if (script !== undefined && !existsSync(root + script)) throw new Error(`${script} is missing`)
  const started = performance.now()
  const result = spawnSync(step.command, step.args, {
    cwd: root,
    encoding: 'utf8',
    // The tools run on the project's Node, whatever `node` is first on the path.
    env: { ...process.env, PATH: `${root}node_modules/node/bin:${process.env['PATH'] ?? ''}` },
    maxBuffer: 1 << 26,
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const ok = result.status === 0
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${step.name} (${seconds} s)`)
  if (ok) continue
  failed.push(step.name)
  console.log(`${result.stdout}${result.stderr}${result.error?.message ?? ''}`)
}
if (failed.length > 0) {
  console.log(
    `Failed: ${failed.join(', ')}. Remedy: "npm run fix" mends format and simple lint; the rest is listed above.`,
  )
  process.exitCode = 1
}
