/** Processes that do not behave: each ends with its code, and the data plane is never at their mercy. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, linkSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, test } from 'node:test'
import { takeFile, takeFolder } from './engine-folders.ts'
import { EngineProcess } from './engine-process.ts'

const folder = mkdtempSync(`${tmpdir()}/keyhold-engine-`)
after(() => rmSync(folder, { recursive: true, force: true }))

const hello = `
const send = (value) => { const body = Buffer.from(JSON.stringify(value)); const head = Buffer.alloc(4); head.writeUInt32BE(body.length); process.stdout.write(Buffer.concat([head, body])) }
send({ id: 0, value: null })
`

function startProgram(code: string): Promise<EngineProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'pipe' })
  return EngineProcess.start({ process: child, pid: () => child.pid ?? null })
}

const request = { op: 'tableNames', sql: 'SELECT 1' } as const
const bounds = { memoryBytes: 32 << 20, timeMs: 60_000 }

test('a process that never answers is killed when its time is over', async () => {
  const process = await startProgram(`${hello} process.stdin.on('data', () => { for (;;); })`)
  await assert.rejects(process.request(request, { ...bounds, timeMs: 100 }), { code: 'engine.timeout' })
  await process.exited
  await assert.rejects(process.request(request, bounds), { code: 'engine.timeout' })
})

test('a process that ignores its cancelling is killed', async () => {
  const process = await startProgram(`${hello} process.stdin.on('data', () => {})`)
  await assert.rejects(process.request(request, bounds, AbortSignal.timeout(50)), { code: 'query.cancelled' })
  await process.exited
})

test('a process that takes more memory than it may is killed', { skip: !existsSync('/proc/self/status') }, async () => {
  const grow = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(64 << 20, 1)), 5)'
  const process = await startProgram(`${hello} process.stdin.once('data', () => { ${grow} })`)
  await assert.rejects(process.request(request, bounds), { code: 'engine.memory' })
  await process.exited
})

test('a process that dies, or writes what is no frame, has crashed', async () => {
  const dying = await startProgram(`${hello} process.stdin.on('data', () => process.exit(3))`)
  await assert.rejects(dying.request(request, bounds), { code: 'engine.crashed' })
  const babbling = await startProgram(
    `${hello} process.stdin.on('data', () => process.stdout.write('no frame at all'))`,
  )
  await assert.rejects(babbling.request(request, bounds), { code: 'engine.crashed' })
  await Promise.all([dying.exited, babbling.exited])
})

test('a process that does not come up, or cannot be started, is unavailable', async () => {
  await assert.rejects(startProgram('process.exit(1)'), { code: 'engine.unavailable' })
  const absent = spawn('/nonexistent/program', { stdio: 'pipe' })
  await assert.rejects(EngineProcess.start({ process: absent, pid: () => null }), { code: 'engine.unavailable' })
})

test('a flood of complaints never blocks a process, and is kept nowhere', async () => {
  const flood = `process.stderr.write('planted-secret '.repeat(1e6), () => send({ id: 1, value: [] }))`
  const process = await startProgram(`${hello} process.stdin.once('data', () => ${flood})`)
  assert.deepEqual(await process.request(request, bounds), [])
  await process.end()
})

test('a link in place of a result is refused: what it points to is not read', async () => {
  writeFileSync(`${folder}/secret`, 'of the data plane')
  symlinkSync(`${folder}/secret`, `${folder}/soft`)
  linkSync(`${folder}/secret`, `${folder}/hard`)
  writeFileSync(`${folder}/plain`, '12345')
  symlinkSync(folder, `${folder}/folder`)
  await assert.rejects(takeFolder(`${folder}/folder`, `${folder}/taken-folder`), { code: 'engine.crashed' })
  await assert.rejects(takeFile(`${folder}/soft`, `${folder}/taken-soft`), { code: 'engine.crashed' })
  await assert.rejects(takeFile(`${folder}/hard`, `${folder}/taken-hard`), { code: 'engine.crashed' })
  assert.equal(await takeFile(`${folder}/plain`, `${folder}/taken`), 5)
  assert.equal(readFileSync(`${folder}/secret`, 'utf8'), 'of the data plane')
})
