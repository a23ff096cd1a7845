/** A bad environment: each start ends with one line and a remedy, and leaves nothing running. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startTestInstallation, type TestInstallation } from '../testing/shell.ts'

/** Stands in the environment where it must not be told again. */
const secret = 'Secret-Plover'
let place: TestInstallation

before(async () => {
  place = await startTestInstallation()
})
after(() => place.end())

type StartCase = { environment: NodeJS.ProcessEnv; message: RegExp }

async function startCases(port: number): Promise<Record<string, StartCase>> {
  const home = (name: string) => ({ KEYHOLD_HOME: join(place.folder, name), KEYHOLD_PORT: '0' })
  const file = join(place.folder, 'not-a-folder')
  writeFileSync(file, 'x')
  return {
    'a port that is none': {
      environment: { ...home('a'), KEYHOLD_PORT: 'abc' },
      message: /^KEYHOLD_PORT is not a port/,
    },
    'a port in use': {
      environment: { ...home('b'), KEYHOLD_PORT: String(port) },
      message: /^Another program uses this port/,
    },
    'a home that cannot be': {
      environment: { ...home('c'), KEYHOLD_HOME: join(file, 'home') },
      message: /^The folder .* cannot be used/,
    },
    'a home where there can be no folders': {
      environment: { ...home('c'), KEYHOLD_HOME: '/proc/keyhold/home' },
      message: /^The folder .* cannot be used/,
    },
    'a home in use': { environment: { ...home('d'), KEYHOLD_HOME: place.home }, message: /home|running/i },
    'a database address that is none': {
      environment: { ...home('e'), DATABASE_URL: `postgres://user:${secret}@/` },
      message: /^DATABASE_URL is not the address/,
    },
    'a database that is not there': {
      environment: { ...home('f'), DATABASE_URL: `postgres://user:${secret}@127.0.0.1:1/keyhold` },
      message: /^The database does not answer/,
    },
    'a custody that is none': {
      environment: { ...home('g'), KEYHOLD_CUSTODY: secret },
      message: /^KEYHOLD_CUSTODY is not/,
    },
  }
}

async function start(environment: NodeJS.ProcessEnv): Promise<{ code: number | null; stderr: string }> {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, [fileURLToPath(new URL('../start.ts', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...environment },
  })
  const stderr: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  const closed = once(child, 'close')
  const deadline = setTimeout(() => child.kill('SIGKILL'), 100_000)
  const [code] = (await closed) as [number | null]
  clearTimeout(deadline)
  return { code, stderr: Buffer.concat(stderr).toString('utf8') }
}

test('a bad environment ends the start with one line and a remedy, and stops what was begun', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  try {
    const cases = await startCases((taken.address() as AddressInfo).port)
    for (const { environment, message } of Object.values(cases)) {
      const { code, stderr } = await start(environment)
      const lines = stderr
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('['))
      assert.equal(code, 1, stderr)
      assert.equal(lines.length, 2, stderr)
      assert.match(lines[0] ?? '', message)
      assert.match(lines[1] ?? '', /^Remedy: ./)
      assert.ok(!stderr.includes(secret) && !/^\s+at /m.test(stderr), stderr)
    }
  } finally {
    taken.close()
  }
  assert.equal((await place.owner.run(['whoami'])).code, 0)
})
