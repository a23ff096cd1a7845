/** What a walled-in program can see and do, tried by a program that tries. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { detectSandbox, engineProgram, type Sandbox } from './sandbox.ts'
import { openWorkFolder, type WorkFolder } from './work-folder.ts'

const probe = `
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
const { data, scratch, port, runner } = JSON.parse(process.argv[2])
const attempt = (work) => { try { return work() ?? 'done' } catch (error) { return error.code ?? error.message } }
const connect = () => new Promise((resolve) => {
  try {
    net.connect(port, '127.0.0.1').on('connect', () => resolve('connected')).on('error', (error) => resolve(error.code))
  } catch (error) { resolve(error.code) }
})
process.stdin.resume().on('end', () => process.exit(0))
process.stdout.write(JSON.stringify({
  root: attempt(() => fs.readdirSync('/')), proc: attempt(() => fs.readdirSync('/proc').length), home: attempt(() => fs.readdirSync('/root').length),
  etc: attempt(() => fs.readFileSync('/etc/passwd').length), pid: process.pid, uid: process.getuid(), environment: Object.keys(process.env).sort(),
  data: attempt(() => fs.readFileSync(data + '/file', 'utf8')), writeData: attempt(() => fs.writeFileSync(data + '/new', 'x')),
  changeData: attempt(() => fs.appendFileSync(data + '/file', 'x')), writeScratch: attempt(() => fs.writeFileSync(scratch + '/new', 'x')),
  writeProgram: attempt(() => fs.writeFileSync('/app/program/x', 'x')), writeRoot: attempt(() => fs.writeFileSync('/x', 'x')),
  child: attempt(() => spawnSync(process.execPath, ['--version']).error?.code), signal: attempt(() => process.kill(runner, 0)),
  connection: await connect(), descriptors: attempt(() => fs.readdirSync('/proc/self/fd').length),
}) + '\\n')
`

let work: WorkFolder

before(() => {
  work = openWorkFolder({ name: 'sandbox', sizeBytes: 1 << 24 })
  for (const name of ['program', 'data', 'scratch']) mkdirSync(`${work.path}/${name}`)
  writeFileSync(`${work.path}/data/file`, 'linked', { mode: 0o400 })
  writeFileSync(`${work.path}/program/probe.mjs`, probe)
})

after(() => work.remove())

async function runProbe(
  sandbox: Sandbox,
  port: number,
): Promise<{ seen: Record<string, unknown>; pid: number | null }> {
  const folders = { data: `${work.path}/data`, scratch: `${work.path}/scratch` }
  const { process: child, pid } = sandbox.start({
    programFolder: `${work.path}/program`,
    entry: 'probe.mjs',
    ...engineProgram,
    binds: [
      { path: folders.data, seenAs: '/data' },
      { path: folders.scratch, seenAs: '/scratch', writable: true },
    ],
    argument: (see) =>
      JSON.stringify({ data: see(folders.data), scratch: see(folders.scratch), port, runner: process.pid }),
  })
  let text = ''
  let complaints = ''
  child.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString()))
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (text.endsWith('\n')) child.stdin?.end()
  })
  await once(child, 'close')
  assert.equal(complaints, '')
  return { seen: JSON.parse(text) as Record<string, unknown>, pid: pid() }
}

async function withServer<T>(work: (port: number, connections: () => number) => Promise<T>): Promise<T> {
  let count = 0
  const server = createServer((socket) => {
    count += 1
    socket.on('error', () => {}).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  try {
    return await work(typeof address === 'object' ? (address?.port ?? 0) : 0, () => count)
  } finally {
    server.close()
  }
}

test('AIV-01: in namespaces a program sees no other process, no network and no file but its own', async (context) => {
  const sandbox = detectSandbox(work.path)
  if (sandbox.isolation !== 'namespaces') {
    context.skip(`no namespaces here: ${sandbox.reason}`)
    return
  }
  await withServer(async (port, connections) => {
    const { seen, pid } = await runProbe(sandbox, port)
    assert.deepEqual(
      (seen['root'] as string[]).filter((name) => !name.startsWith('lib')),
      ['app', 'data', 'scratch', 'tmp'],
    )
    for (const absent of ['proc', 'home', 'etc', 'descriptors']) assert.equal(seen[absent], 'ENOENT', absent)
    assert.deepEqual(seen['environment'], ['LD_LIBRARY_PATH', 'MALLOC_ARENA_MAX', 'PWD'])
    assert.equal(seen['data'], 'linked')
    for (const closed of ['writeData', 'changeData', 'writeProgram', 'writeRoot'])
      assert.match(String(seen[closed]), /EROFS|EACCES/, closed)
    assert.equal(seen['writeScratch'], 'done')
    assert.match(String(seen['child']), /EPERM|EAGAIN|ENOSYS/)
    assert.equal(seen['signal'], 'ESRCH')
    assert.equal(seen['pid'], 1)
    assert.equal(seen['uid'], 1000)
    assert.match(String(seen['connection']), /EPERM|EACCES|ENETUNREACH/)
    assert.equal(connections(), 0)
    assert.ok(pid !== null && pid > 1)
  })
})

test('the probe is able to see and do all that, where nothing stops it', async () => {
  await withServer(async (port, connections) => {
    const { seen } = await runProbe(detectSandbox(work.path, 'process'), port)
    assert.equal(seen['connection'], 'connected')
    assert.equal(connections(), 1)
    assert.equal(seen['data'], 'linked')
    assert.equal(seen['signal'], true)
    assert.deepEqual(
      (seen['environment'] as string[]).filter((name) => !/^(PWD|SHLVL|_|OLDPWD)$/.test(name)),
      ['MALLOC_ARENA_MAX', 'PATH'],
    )
    if (process.platform === 'linux') assert.ok(Number(seen['proc']) > 1)
  })
})

test('asking for namespaces where there are none is an error, not a plain process', () => {
  const path = process.env['PATH']
  process.env['PATH'] = '/nonexistent'
  try {
    assert.throws(() => detectSandbox(work.path, 'namespaces'), /bubblewrap does not work here/)
    assert.equal(detectSandbox(work.path).isolation, 'process')
    assert.ok(detectSandbox(work.path).reason)
  } finally {
    process.env['PATH'] = path
  }
})

test('KEYHOLD_SANDBOX: off forgoes namespaces, required fails without them, a mistake takes no wall away', (context) => {
  const kept = { PATH: process.env['PATH'], KEYHOLD_SANDBOX: process.env['KEYHOLD_SANDBOX'] }
  context.after(() => {
    for (const [name, value] of Object.entries(kept)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  })
  process.env['KEYHOLD_SANDBOX'] = 'off'
  assert.deepEqual(
    [detectSandbox(work.path).isolation, detectSandbox(work.path).reason],
    ['process', 'KEYHOLD_SANDBOX is off'],
  )
  process.env['KEYHOLD_SANDBOX'] = 'Off'
  assert.throws(() => detectSandbox(work.path), /KEYHOLD_SANDBOX/)
  Object.assign(process.env, { KEYHOLD_SANDBOX: 'required', PATH: '/nonexistent' })
  assert.throws(() => detectSandbox(work.path), /bubblewrap does not work here/)
})

test('the system-call filter is on in namespaces', (context) => {
  if (detectSandbox(work.path).isolation !== 'namespaces') return context.skip('no namespaces here')
  assert.ok(readFileSync(`${work.path}/seccomp.bpf`).length > 100)
})
