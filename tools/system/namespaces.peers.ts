/** Both planes and a client, each in namespaces of its own, with nothing between them but one cable. Needs root on Linux. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ensurePrograms, refuseUnlessRoot } from './debian.ts'
import { type Inside, type Place, Places, run } from './places.ts'

const programs = {
  control: fileURLToPath(import.meta.resolve('@keyhold/control/main')),
  data: fileURLToPath(import.meta.resolve('@keyhold/data/main')),
  client: fileURLToPath(import.meta.resolve('@keyhold/cli/main')),
}
const port = 8443
const addresses = {
  controlToData: '10.213.1.1',
  data: '10.213.1.2',
  controlToClient: '10.213.2.1',
  client: '10.213.2.2',
}

type World = {
  readonly places: Places
  readonly client: Place
  readonly controlPlace: Place
  control: Inside
  readonly data: Inside
  readonly setupLink: string
}

const root = mkdtempSync(join(tmpdir(), 'keyhold-places-'))
const missing =
  refuseUnlessRoot('Making network and mount namespaces') ??
  ensurePrograms({ ip: 'iproute2', ss: 'iproute2', unshare: 'util-linux', nsenter: 'util-linux', sysctl: 'procps' }) ??
  tryNamespaces()
let places: Places | undefined
let world: World

before(async () => {
  if (missing !== null) return
  places = new Places(root)
  world = await startWorld(places)
})
after(async () => {
  await places?.end()
  rmSync(root, { recursive: true, force: true })
})

/** A container may be root and still not be allowed to. */
function tryNamespaces(): string | null {
  try {
    run('unshare', '--net', '--mount', '--pid', '--fork', '--mount-proc', 'true')
    return null
  } catch (error) {
    return `This machine allows no namespaces (${String(error)}). Remedy: run with CAP_SYS_ADMIN and CAP_NET_ADMIN.`
  }
}

async function startWorld(made: Places): Promise<World> {
  const [control, data, client] = ['control', 'data', 'client'].map((name) => made.add(name)) as [Place, Place, Place]
  made.link(control, `${addresses.controlToData}/30`, data, `${addresses.data}/30`)
  made.link(control, `${addresses.controlToClient}/30`, client, `${addresses.client}/30`)
  const controlRuns = startControl(made, control)
  const { serverPin, enrolment } = await readReadiness(controlRuns)
  const url = `https://${addresses.controlToData}:${port}`
  const dataRuns = made.start(data, [process.execPath, programs.data], {
    KEYHOLD_HOME: data.folder,
    KEYHOLD_CONTROL_URL: url,
  })
  dataRuns.child.stdin.write(`${JSON.stringify({ enrolment, serverPin })}\n`)
  const { setupLink } = await readReadiness(dataRuns)
  // The same server at the address that it has on the client's side: what is believed is the pin in the link.
  const reached = String(setupLink).replace(addresses.controlToData, addresses.controlToClient)
  return { places: made, client, controlPlace: control, control: controlRuns, data: dataRuns, setupLink: reached }
}

function startControl(made: Places, place: Place): Inside {
  const environment = { KEYHOLD_HOME: place.folder, KEYHOLD_PORT: `${port}`, KEYHOLD_HOST: '0.0.0.0' }
  return made.start(place, [process.execPath, programs.control], environment)
}

/** The line that says ready. @throws an Error with all it said when the program ends before that */
async function readReadiness({ child }: Inside): Promise<Record<string, unknown>> {
  const said: string[] = []
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line)
    if (line.includes('"ready":true')) resolve(JSON.parse(line) as Record<string, unknown>)
  })
  child.once('exit', (code) => reject(new Error(`ended with ${code} before it was ready: ${said.join('\n')}`)))
  return promise
}

/** `keyhold …` in the client's place: exit code and everything that it printed. */
async function keyhold(...args: string[]): Promise<{ code: number | null; output: string }> {
  const { child } = world.places.start(world.client, [process.execPath, programs.client, ...args], {
    KEYHOLD_CLIENT_HOME: join(world.client.folder, 'keyhold'),
    KEYHOLD_PASSWORD: 'a long password of three places',
    NO_COLOR: '1',
  })
  const parts: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => parts.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => parts.push(chunk))
  child.stdin.end()
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output: Buffer.concat(parts).toString() }
}

async function succeed(...args: string[]): Promise<string> {
  const { code, output } = await keyhold(...args)
  assert.equal(code, 0, `keyhold ${args[0]}: ${output}`)
  return output
}

/** Registers a test that says why it is skipped where there are no namespaces. */
function testInPlaces(name: string, work: () => void | Promise<void>): void {
  test(name, async (context: TestContext) => {
    if (missing === null) await work()
    else context.skip(missing)
  })
}

testInPlaces('DAT-01: set-up, upload and query work with nothing shared but the link', async () => {
  const flags = ['--email', 'owner@example.org', '--organisation', 'Places', '--project', 'First']
  await succeed('setup', world.setupLink, ...flags)
  const file = join(world.client.folder, 'birds.csv')
  writeFileSync(file, 'name,height\nheron,90\nwren,9\n')
  await succeed('upload', file, 'main.birds')
  const sql = 'select name from main.birds where height > 10'
  assert.equal((await succeed('query', sql, '--format', 'csv')).trim().replaceAll('\r', ''), 'name\nheron')
  await succeed('audit', 'verify')
})

testInPlaces('KEB-05: the data plane listens on nothing, and what it has open it opened itself', () => {
  assert.equal(world.data.look('ss', '-Htunl'), '')
  assert.match(world.control.look('ss', '-Htunl'), new RegExp(`LISTEN\\b.*0\\.0\\.0\\.0:${port}\\b`))
  assert.equal(world.control.look('ss', '-Htunl').trim().split('\n').length, 1, 'PostgreSQL has no network listener')
  const seen = world.control.look('ss', '-Htn', 'dst', addresses.data).trim().split('\n')
  assert.ok(seen.length >= 1 && seen[0] !== '')
  for (const line of seen)
    assert.match(line, new RegExp(`${addresses.controlToData}:${port}\\s+${addresses.data}:\\d+`))
  assert.doesNotMatch(world.data.look('ss', '-Htn'), new RegExp(`${addresses.data}:${port}\\b`))
})

testInPlaces('KEB-05: no place has a route beyond its own cables, and nothing passes through the control plane', () => {
  const routes = (inside: Inside) => inside.look('ip', '-4', 'route').trim().split('\n')
  assert.deepEqual(routes(world.data).length, 1)
  assert.match(routes(world.data)[0] ?? '', /^10\.213\.1\.0\/30 dev to-control /)
  assert.equal(routes(world.control).length, 2)
  for (const line of [...routes(world.data), ...routes(world.control)]) assert.doesNotMatch(line, /default|via/)
  assert.match(world.data.look('ip', 'route', 'get', addresses.client), /^failed: .*unreachable/i)
  const clientRoute = ['ip', '-n', world.client.network, 'route', 'get', addresses.data] as const
  assert.throws(() => run(...clientRoute), /unreachable/i)
  assert.equal(world.control.look('sysctl', '-n', 'net.ipv4.ip_forward').trim(), '0')
})

testInPlaces('KEB-05: every port of the data plane refuses the control plane', () => {
  const refused = (address: string, number: number) =>
    world.control.look('bash', '-c', `timeout 5 bash -c ': > /dev/tcp/${address}/${number}' && echo open`)
  assert.match(refused(addresses.controlToData, port), /open/, 'the trial finds an open port')
  for (const number of [22, 80, 443, 5432, port, 8444]) assert.match(refused(addresses.data, number), /refused/i)
})

testInPlaces('DAT-01: neither plane can see the other’s folder, processes or shared memory', () => {
  const list = (inside: Inside, name: string) => inside.look('ls', '-A', join(root, name)).trim()
  assert.match(list(world.control, 'control'), /control/)
  assert.match(list(world.data, 'data'), /data/)
  assert.equal(list(world.control, 'data'), '')
  assert.equal(list(world.control, 'client'), '')
  assert.equal(list(world.data, 'control'), '')
  assert.equal(list(world.data, 'client'), '')
  const find = (inside: Inside) => inside.look('find', root, '-name', 'key-file.json')
  assert.match(find(world.data), /key-file\.json/)
  assert.equal(find(world.control), '')
  const commands = (inside: Inside) => inside.look('bash', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "')
  assert.match(commands(world.data), /data\/src\/main/)
  assert.match(commands(world.control), /control\/src\/app\/main/)
  assert.doesNotMatch(commands(world.control), /data\/src/)
  assert.doesNotMatch(commands(world.data), /control\/src|postgres/)
  const memory = (inside: Inside) => inside.look('ls', '-A', '/dev/shm')
  assert.match(memory(world.data), /keyhold-/)
  assert.doesNotMatch(memory(world.control), /keyhold-/)
})

testInPlaces('KEB-05: after the control plane was away it is the data plane that dials again', async () => {
  world.control.child.stdin.end()
  await once(world.control.child, 'exit')
  world.control = startControl(world.places, world.controlPlace)
  await readReadiness(world.control)
  // The client waits for the server by itself, but not for a data plane that is still on its way.
  let last = ''
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const { code, output } = await keyhold('query', 'select count(*) as n from main.birds', '--format', 'csv')
    last = output
    if (code === 0) break
  }
  assert.match(last, /^n\r?\n2\r?\n$/m)
})
