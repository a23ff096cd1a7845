import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { get as getTls } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { routeList } from '@keyhold/contract'
import { silentLog } from '../platform/log.ts'
import { startPostgres } from '../platform/postgres/supervisor.ts'
import { writePrivateFile } from '../platform/secret-file.ts'
import { seedHome } from '../testing/seed-home.ts'
import { readConfig } from './config.ts'
import { startControl, type Control } from './control.ts'

const homes: string[] = []
after(() => {
  for (const home of homes) rmSync(home, { recursive: true, force: true })
})

function makeHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'keyhold-control-'))
  homes.push(home)
  return home
}

/** For tests that are not about the first start: its database is there already. */
async function makeSeededHome(): Promise<string> {
  const home = makeHome()
  await seedHome(home)
  return home
}

const settings = (home: string, more: object = {}) => ({
  ...readConfig({ KEYHOLD_HOME: home, KEYHOLD_PORT: '0' }),
  ...more,
})

function fetchJson(control: Pick<Control, 'port' | 'authority'>, path: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const options = { host: 'localhost', port: control.port, path, ca: control.authority, agent: false as const }
    getTls(options, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += String(chunk)))
      response.on('end', () => resolve({ status: response.statusCode, ...(JSON.parse(text) as object) }))
    }).on('error', reject)
  })
}

/** Every file under a folder. */
function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

test('it starts, serves every route of the contract over its own TLS, stops, and starts again as it was', async () => {
  const home = makeHome()
  const first = await startControl(settings(home))
  assert.deepEqual(await fetchJson(first, '/v1/health'), { status: 'ok', version: '0.1.0' })
  const installation = await fetchJson(first, '/v1/installation')
  assert.equal(installation['claimed'], false)
  assert.equal(installation['serverPin'], first.serverPin)
  const description = (await fetchJson(first, '/openapi.json')) as { paths?: Record<string, Record<string, object>> }
  const described = Object.values(description.paths ?? {}).flatMap((path) => Object.keys(path))
  assert.equal(described.length, routeList.length)
  const organisations = await first.database.lookUp.organisations()
  await first.stop()
  await first.stop()
  const second = await startControl(settings(home))
  assert.deepEqual(await second.database.lookUp.organisations(), organisations)
  assert.equal(second.serverPin, first.serverPin)
  assert.equal(second.caFingerprint, first.caFingerprint)
  assert.ok(second.enrolment && second.enrolment.token !== first.enrolment?.token)
  await second.stop()
})

test('everything that it keeps is readable by its owner only', async () => {
  const home = makeHome()
  const control = await startControl(settings(home))
  await control.stop()
  const open = listFiles(join(home, 'control')).filter((file) => (statSync(file).mode & 0o077) !== 0)
  assert.deepEqual(open, [])
})

test('a second one in the same home is refused and the first goes on', async () => {
  const home = await makeSeededHome()
  const first = await startControl(settings(home))
  const program = `
    const { startControl } = await import(${JSON.stringify(fileURLToPath(new URL('control.ts', import.meta.url)))})
    await startControl(${JSON.stringify(settings(home))}).catch((error) => console.log(error.code))`
  const other = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = (await once(other.stdout, 'data')) as [Buffer]
  assert.equal(String(said).trim(), 'control.already_running')
  assert.equal((await fetchJson(first, '/v1/health'))['version'], '0.1.0')
  await first.stop()
})

test('a port that is taken is refused with a remedy, and nothing is left running', async () => {
  const [one, two] = [await makeSeededHome(), await makeSeededHome()]
  const first = await startControl(settings(one))
  await assert.rejects(startControl(settings(two, { port: first.port })), {
    code: 'config.port_in_use',
    remedy: /KEYHOLD_PORT/,
  })
  await first.stop()
  const again = await startControl(settings(two))
  await again.stop()
})

test('DATABASE_URL: it runs on a PostgreSQL that it did not start, and makes its own roles there', async () => {
  const [home, elsewhere] = [makeHome(), makeHome()]
  const postgres = await startPostgres({ home: elsewhere, log: silentLog })
  const { user, password, host } = postgres.admin
  const DATABASE_URL = `postgres://${user}:${encodeURIComponent(password)}@/postgres?host=${encodeURIComponent(host)}`
  const config = readConfig({ KEYHOLD_HOME: home, KEYHOLD_PORT: '0', DATABASE_URL })
  const control = await startControl(config)
  assert.equal(control.postgresPid(), undefined)
  assert.equal((await fetchJson(control, '/v1/installation'))['claimed'], false)
  assert.ok(!readdirSync(join(home, 'control')).includes('postgres'))
  await control.stop()
  await postgres.stop()
})

// ---- as a process -------------------------------------------------------------------------------------------------

type Said = Record<string, unknown>

function startProcess(home: string, more: Record<string, string> = {}) {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, [main], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH, NODE_COMPILE_CACHE, KEYHOLD_HOME: home, KEYHOLD_PORT: '0', ...more },
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return { child, answer: readAnswer(lines) }
}

async function readAnswer(lines: AsyncIterator<string>): Promise<Said> {
  for (;;) {
    const { value, done } = await lines.next()
    if (done) throw new Error('the process said nothing')
    const said = JSON.parse(value) as Said
    if ('ready' in said) return said
  }
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit')
  return child.exitCode
}

const authorityOf = (home: string) => readFileSync(join(home, 'control', 'tls', 'authority.pem'), 'utf8')

test('the process says in one line that it is ready, and stops cleanly on SIGTERM', async () => {
  const home = makeHome()
  const { child, answer } = startProcess(home)
  const said = await answer
  assert.deepEqual(Object.keys(said), ['ready', 'url', 'port', 'caFingerprint', 'serverPin', 'enrolment'])
  assert.equal(said['url'], `https://localhost:${String(said['port'])}`)
  const target = { port: Number(said['port']), authority: authorityOf(home) }
  assert.equal((await fetchJson(target, '/v1/health'))['version'], '0.1.0')
  child.kill('SIGTERM')
  assert.equal(await ended(child), 0)
  assert.ok(!readdirSync(join(home, 'control', 'postgres')).includes('postmaster.pid'))
})

test('the process ends when its parent’s pipe closes', async () => {
  const { child, answer } = startProcess(await makeSeededHome())
  await answer
  child.stdin.end()
  assert.equal(await ended(child), 0)
})

/** The process that authorises, by Linux's list of children. */
function findAuthoriser(parent: number): number | undefined {
  if (process.platform !== 'linux') return undefined
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ').map(Number)
  const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('keyhold authoriser'))
  assert.ok(found !== undefined, 'the list of processes shows it')
  return found
}

/** Nobody's child can be waited for. */
async function untilGone(pid: number): Promise<void> {
  const until = Date.now() + 5_000
  while (existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) {
    assert.ok(Date.now() < until, 'the process that authorises outlives its parent')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('after SIGKILL it starts again by itself, on the same data; what it had started has ended', async () => {
  const home = await makeSeededHome()
  const first = startProcess(home)
  const before = await first.answer
  const authoriser = findAuthoriser(first.child.pid as number)
  first.child.kill('SIGKILL')
  await ended(first.child)
  if (authoriser !== undefined) await untilGone(authoriser)
  const second = startProcess(home)
  const now = await second.answer
  assert.equal(now['serverPin'], before['serverPin'])
  second.child.kill('SIGTERM')
  assert.equal(await ended(second.child), 0)
})

test('a wrong setting ends it with code 1 and one line with code, message and remedy', async () => {
  const home = makeHome()
  const { child, answer } = startProcess(home, { KEYHOLD_PORT: 'x' })
  const said = await answer
  assert.deepEqual([said['ready'], said['code']], [false, 'config.port_invalid'])
  assert.ok(said['message'] && said['remedy'])
  assert.equal(await ended(child), 1)
})

test('a damaged secret ends it with code 1 and says which file to restore', async () => {
  const home = await makeSeededHome()
  writePrivateFile(join(home, 'control', 'keys', 'platform'), 'cut')
  const { child, answer } = startProcess(home)
  const said = await answer
  assert.equal(said['code'], 'secret.wrong_length')
  assert.match(String(said['remedy']), /keys\/platform/)
  assert.equal(await ended(child), 1)
})
