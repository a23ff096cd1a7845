import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { silentLog, type Log } from '../log.ts'
import { findPostgresBinaries } from './binaries.ts'
import { chooseLaunch, launchWays, type Launch } from './launch.ts'
import { makeSocketFolder } from './socket-folder.ts'
import { startPostgres, type EmbeddedPostgres } from './supervisor.ts'

const homes: string[] = []
after(() => {
  for (const home of homes) rmSync(home, { recursive: true, force: true })
})

function makeHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'keyhold-pg-'))
  homes.push(home)
  return home
}

async function ask(server: EmbeddedPostgres, sql: string): Promise<unknown> {
  const client = new Client(server.admin)
  await client.connect()
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' })
    return (rows as unknown[][])[0]?.[0]
  } finally {
    await client.end()
  }
}

test('the first start makes the database; the next finds what was in it', async () => {
  const home = makeHome()
  const steps: string[] = []
  const first = await startPostgres({ home, log: silentLog, onProgress: (step) => steps.push(step) })
  await ask(first, 'CREATE TABLE kept AS SELECT 42 AS n')
  await first.stop()
  const second = await startPostgres({ home, log: silentLog, onProgress: (step) => steps.push(step) })
  assert.equal(await ask(second, 'SELECT n FROM kept'), 42)
  await second.stop()
  assert.deepEqual(steps, ['Making the database (once)'])
})

test('it has no network, asks for a password over its private socket, and keeps durability on', async () => {
  const server = await startPostgres({ home: makeHome(), log: silentLog })
  try {
    assert.equal(await ask(server, 'SHOW listen_addresses'), '')
    assert.equal(statSync(server.admin.host).mode & 0o777, 0o700)
    for (const name of ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums']) {
      assert.equal(await ask(server, `SHOW ${name}`), 'on', name)
    }
    const intruder = new Client({ ...server.admin, password: 'guess' })
    await assert.rejects(intruder.connect(), { code: '28P01' })
  } finally {
    await server.stop()
  }
})

test('DAT-21: failed statements leave no value in the log', async () => {
  const home = makeHome()
  const server = await startPostgres({ home, log: silentLog })
  await assert.rejects(ask(server, `SELECT 'value-of-a-customer'::uuid`))
  await ask(server, 'CREATE TABLE t (a text UNIQUE)')
  await assert.rejects(ask(server, `INSERT INTO t VALUES ('value-of-a-customer'), ('value-of-a-customer')`))
  await server.stop()
  assert.ok(!readFileSync(join(home, 'control', 'logs', 'postgres.log'), 'utf8').includes('value-of-a-customer'))
})

test('a server that dies is started again and recovers what was committed', async () => {
  const restarted = Promise.withResolvers<void>()
  const log: Log = { ...silentLog, info: (event) => event === 'postgres.restarted' && restarted.resolve() }
  const server = await startPostgres({ home: makeHome(), log })
  await ask(server, 'CREATE TABLE kept AS SELECT 7 AS n')
  const died = server.pid() as number
  process.kill(died, 'SIGKILL')
  await restarted.promise
  assert.notEqual(server.pid(), died)
  assert.equal(await ask(server, 'SELECT n FROM kept'), 7)
  await server.stop()
})

test('a start after SIGKILL of the parent ends the server that was left, and recovers', async () => {
  const home = makeHome()
  const supervisor = fileURLToPath(new URL('supervisor.ts', import.meta.url))
  const program = `
    const { startPostgres } = await import(${JSON.stringify(supervisor)})
    const log = { info() {}, warn() {}, error() {} }
    const server = await startPostgres({ home: ${JSON.stringify(home)}, log })
    console.log(server.pid())
    setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  const left = Number(String(line))
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  assert.ok(isRunning(left), 'the server outlives its parent')
  const server = await startPostgres({ home, log: silentLog })
  assert.ok(!isRunning(left))
  assert.equal(await ask(server, 'SELECT 1'), 1)
  await server.stop()
})

test('a pid file that names a stranger does not hinder the start, and the stranger lives', async () => {
  const home = makeHome()
  await (await startPostgres({ home, log: silentLog })).stop()
  const stranger = spawn('sleep', ['60'])
  writeFileSync(join(home, 'control', 'postgres', 'postmaster.pid'), `${stranger.pid}\n${home}\n`)
  const server = await startPostgres({ home, log: silentLog })
  assert.equal(stranger.exitCode, null)
  stranger.kill()
  await server.stop()
})

test('a cluster whose making was cut short is made anew; one of another version is refused', async () => {
  const home = makeHome()
  const folder = join(home, 'control', 'postgres')
  await (await startPostgres({ home, log: silentLog })).stop()
  rmSync(join(folder, 'keyhold-complete'))
  rmSync(join(folder, 'pg_wal'), { recursive: true })
  await (await startPostgres({ home, log: silentLog })).stop()
  writeFileSync(join(folder, 'PG_VERSION'), '12\n')
  await assert.rejects(startPostgres({ home, log: silentLog }), { code: 'postgres.version_changed' })
})

test('a long home gets a short private folder for its socket', () => {
  const short = makeHome()
  assert.ok(makeSocketFolder(short).startsWith(short))
  const folder = makeSocketFolder(join(short, 'x'.repeat(100)))
  homes.push(folder)
  assert.ok(Buffer.byteLength(`${folder}/.s.PGSQL.5432`) <= 103)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  assert.equal(makeSocketFolder(join(short, 'x'.repeat(100))), folder)
})

/** A process that ended and was not waited for is a zombie until its new parent looks. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

function isAble(way: Launch): boolean {
  const { file, args, ids } = way.command('run', '/bin/true', [])
  return spawnSync(file, args, ids).status === 0
}

const isRoot = process.getuid?.() === 0

for (const [name, way] of Object.entries(launchWays)) {
  const able = isRoot && (name !== 'numberedReading' || isAble(way))
  test(`as root it runs as somebody else: ${name}`, { skip: able ? false : 'needs root (and setpriv)' }, async (t) => {
    const home = makeHome()
    // Others may enter, as in a home that is not root's own.
    if (name === 'numbered') spawnSync('chmod', ['755', home])
    const { postgres } = await findPostgresBinaries()
    try {
      chooseLaunch(postgres, home, [way])
    } catch {
      t.skip('this machine does not allow it')
      return
    }
    const control = join(home, 'control')
    if (name === 'numbered') spawnSync('mkdir', ['-p', '-m', '755', control])
    for (const _start of ['first', 'second']) {
      const server = await startPostgres({ home, log: silentLog, launch: way })
      assert.equal(await ask(server, 'SELECT 1'), 1)
      await server.stop()
    }
  })
}

test(
  'as root without any way to be somebody else it refuses with a remedy',
  { skip: !isRoot && 'needs root' },
  async () => {
    const { postgres } = await findPostgresBinaries()
    assert.throws(() => chooseLaunch(postgres, tmpdir(), []), {
      code: 'postgres.cannot_drop_root',
      remedy: /DATABASE_URL/,
    })
  },
)
