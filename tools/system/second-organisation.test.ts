/** Two organisations on one installation, each with a data plane of its own, as real processes. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { withClient } from '@keyhold/cli/client'
import type { ApiClient } from '@keyhold/contract'
import { connectServer, type ServerConnection } from '../../packages/cli/src/session/connection.ts'
import { searchHoldings } from '../scan/holdings.ts'
import { findSetupLink, startDataPlaneCommand, type DataPlaneCommand } from '../testing/data-plane-command.ts'
import { enrolOperator } from '../testing/operator.ts'
import { startTestInstallation, type Shell, type TestInstallation } from '../testing/shell.ts'

const passphrase = 'seven quiet herons on one leg'
const secondPassword = 'a password that is not the first one 7'
const values = { first: 'Godwit-of-the-first', second: 'Whimbrel-of-the-second' } as const

let place: TestInstallation
let connection: ServerConnection
let operator: ApiClient
let plane: DataPlaneCommand | undefined
/** What the operator is shown, for standard input of the data plane. */
let line: string

type Side = { readonly name: 'first' | 'second'; readonly shell: Shell; readonly home: string }
let first: Side
let second: Side

before(async () => {
  place = await startTestInstallation()
  const { url, serverPin: pin } = place.installation
  connection = connectServer({ url, pin, signal: new AbortController().signal, onWaiting: () => undefined })
  operator = await enrolOperator(place.home, 'administration', connection.exchange)
  first = { name: 'first', shell: place.owner, home: place.home }
  const shell = place.newShell('second', { KEYHOLD_PASSWORD: secondPassword })
  second = { name: 'second', shell, home: join(place.folder, 'customer') }
})
after(async () => {
  plane?.interrupt()
  await plane?.ended
  await connection?.close()
  await place?.end()
})

async function load({ name, shell }: Side): Promise<void> {
  const path = join(place.folder, `${name}.csv`)
  writeFileSync(path, `bird\n${values[name]}\n`)
  await shell.json(['upload', path, `${name}.birds`])
}

async function readsItsOwn({ name, shell }: Side): Promise<void> {
  const found = await shell.run(['query', `select bird from ${name}.birds`, '--format', 'csv', '--no-cache'])
  assert.equal(found.stdout, `bird\r\n${values[name]}\r\n`, found.stderr)
}

async function refuses({ shell }: Side, words: string[], code: string): Promise<void> {
  const { stdout, stderr, code: exit } = await shell.run(words)
  assert.notEqual(exit, 0)
  assert.ok(stderr.includes(`[${code}]`), `${words.join(' ')}: ${stderr}`)
  assert.equal(stdout, '')
}

const ask = (side: Side) => ['query', `select bird from ${side.name}.birds`, '--no-cache']

async function describeOperated() {
  const { organisations } = await operator.call('listOrganisations', {})
  const made = organisations.find(({ label }) => label === 'Customer Ltd')
  assert.ok(made)
  return made
}

test('DAT-06: an operator makes an organisation; its own data plane takes the line, and prints the owner’s link', async () => {
  const made = await operator.call('createOrganisation', { body: { label: 'Customer Ltd' } })
  const { token, serverPin } = made
  line = JSON.stringify({ enrolment: { token }, serverPin, url: place.installation.url })
  plane = startDataPlaneCommand(second.home, `${line}\n${passphrase}\n`)
  const said = await plane.settled
  assert.match(said, /Custody {3}yours/)
  const setup = ['setup', findSetupLink(said), '--email', 'second@example.org']
  const { organisation } = await second.shell.json<{ organisation: string }>([
    ...setup,
    '--organisation',
    'Wader Trust',
    '--project',
    'Theirs',
  ])
  assert.equal(organisation, made.organisation)
})

test('both work, each with its own data plane', async () => {
  for (const side of [first, second]) {
    await load(side)
    await readsItsOwn(side)
  }
  const { state, dataPlane } = await describeOperated()
  assert.deepEqual([state, dataPlane], ['active', 'connected'])
})

test('an enrolment works once, and no other data plane gets in by it', async () => {
  const other = startDataPlaneCommand(join(place.folder, 'stranger'), `${line}\n${passphrase}\n`)
  assert.equal(await other.ended, 1)
  assert.match(other.output(), /unknown, used or older.*\nRemedy: Ask an operator/)
  await readsItsOwn(second)
})

/** Every id, name and value by which the other organisation could be recognised, in any answer. */
async function tracesOf({ name, shell }: Side): Promise<string[]> {
  const { organisation, organisationName, email } = await shell.json<Record<string, string>>(['whoami'])
  return withClient(shell.home, async ({ session: { api, project, signer } }) => {
    const { tables } = await api.call('listTables', { params: { project } })
    const { jobs } = await api.call('listJobs', { params: { project }, query: {} })
    const { people } = await api.call('listPeople', {})
    const ids = [...tables, ...jobs, ...people].map(({ id }) => id)
    return [...ids, organisation, organisationName, email, project, signer.keyId, values[name]].map(String)
  })
}

/** All that a member may list, as one text: the log too. */
async function readEverything({ shell }: Side): Promise<string> {
  return withClient(shell.home, async ({ session: { api, project } }) => {
    const params = { project }
    const answers = [
      await api.call('readSelf', {}),
      await api.call('listProjects', {}),
      await api.call('listPeople', {}),
      await api.call('listTokens', {}),
      await api.call('listInvitations', {}),
      await api.call('listTables', { params }),
      await api.call('listJobs', { params, query: {} }),
      await api.call('readRoster', {}),
      await api.call('listEntries', { query: { limit: 100 } }),
      await api.call('readInstallation', {}),
    ]
    return JSON.stringify(answers)
  })
}

test('neither sees a trace of the other: in lists, in the log, in the folder of its data plane', async () => {
  for (const [own, other] of [
    [first, second],
    [second, first],
  ] as const) {
    const traces = await tracesOf(other)
    assert.ok(traces.length >= 8 && traces.every((trace) => trace.length > 5), traces.join(' '))
    const seen = await readEverything(own)
    for (const trace of await tracesOf(own)) assert.ok(trace === values[own.name] || seen.includes(trace), trace)
    for (const trace of traces) assert.ok(!seen.includes(trace), `${own.name} sees ${trace}`)
    assert.deepEqual(await searchHoldings(readFolder(join(own.home, 'data')), traces), [])
  }
})

function readFolder(folder: string): { place: string; bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .map((path) => ({ place: path, bytes: readFileSync(path) }))
}

test('who names the other’s ids is told that there is no such thing, as an owner and as a token', async () => {
  for (const [own, other] of [
    [first, second],
    [second, first],
  ] as const) {
    const theirs = await withClient(other.shell.home, async ({ session: { api, project } }) => {
      const { tables } = await api.call('listTables', { params: { project } })
      const { jobs } = await api.call('listJobs', { params: { project }, query: {} })
      const { people } = await api.call('listPeople', {})
      return { project, table: tables[0]?.id ?? '', job: jobs[0]?.id ?? '', person: people[0]?.id ?? '' }
    })
    const made = await own.shell.json<{ login: string; secret: string }>([
      'tokens',
      'create',
      `of-${own.name}`,
      '--scope',
      `${own.name}:read`,
    ])
    const environment = { KEYHOLD_LOGIN: made.login, KEYHOLD_TOKEN: made.secret }
    const token = place.newShell(`token-of-${own.name}`, environment)
    await readsItsOwn({ ...own, shell: token })
    for (const bearer of [undefined, made.secret.split('.')[0] ?? '']) await namesTheirs(own, theirs, bearer)
  }
})

type Theirs = { project: string; table: string; job: string; person: string }

/** Each of these is answered to whom it belongs; to others it is as if there were nothing of that id. */
const namingCalls = ({ project, table, job, person }: Theirs) =>
  [
    ['GET', `/v1/projects/${project}/keys`],
    ['GET', `/v1/projects/${project}/tables`],
    ['GET', `/v1/projects/${project}/tables/${table}`],
    ['GET', `/v1/projects/${project}/jobs`],
    ['GET', `/v1/projects/${project}/jobs/${job}`],
    ['POST', `/v1/projects/${project}/jobs/${job}/cancel`],
    ['POST', `/v1/projects/${project}/requests`],
    ['DELETE', `/v1/people/${person}`],
  ] as const

async function namesTheirs({ shell }: Side, theirs: Theirs, bearer?: string): Promise<void> {
  const nobodys = { project: randomUUIDv7(), table: randomUUIDv7(), job: randomUUIDv7(), person: randomUUIDv7() }
  await withClient(shell.home, async ({ session, dataPlane }) => {
    const { sealed } = await dataPlane.prepare('query', { sql: 'select 1', cache: 'off' })
    const call = async (method: string, path: string) => {
      const headers = bearer === undefined ? session.authorise() : { authorization: `Bearer ${bearer}` }
      const isSealed = path.endsWith('/requests')
      const type = isSealed ? { 'content-type': 'application/vnd.keyhold.sealed' } : {}
      const body = isSealed ? sealed : undefined
      const asked = { method, path, headers: { ...headers, ...type }, body, signal: undefined }
      const { status, body: answer } = await session.connection.exchange(asked)
      const { code, jobs } = JSON.parse(Buffer.from(answer).toString()) as { code?: string; jobs?: object[] }
      return { status, code, jobs }
    }
    const known = namingCalls(theirs)
    for (const [index, [method, path]] of namingCalls(nobodys).entries()) {
      const asked = await call(method, known[index]?.[1] ?? '')
      assert.deepEqual(asked, await call(method, path), `${method} ${path}`)
      // 422: the caller's own data plane, which a sealed request always goes to, has no such project.
      const isRefused = [403, 404, 422].includes(asked.status)
      assert.ok(isRefused || asked.jobs?.length === 0, `${method} ${path}: ${asked.status} ${asked.code}`)
    }
  })
}

test('a suspended organisation is refused at once, its data plane too, and the other one works on', async () => {
  const { id: organisation } = await describeOperated()
  await operator.call('suspendOrganisation', { params: { organisation } })
  await refuses(second, ask(second), 'organisation.suspended')
  await refuses(second, ['tokens', 'list'], 'organisation.suspended')
  assert.equal((await describeOperated()).dataPlane, 'away')
  await readsItsOwn(first)
  await operator.call('resumeOrganisation', { params: { organisation } })
  while ((await describeOperated()).dataPlane !== 'connected');
  await readsItsOwn(second)
})

test('a killed data plane is its own organisation’s trouble, and goes on without an enrolment', async () => {
  await plane?.kill()
  while ((await describeOperated()).dataPlane !== 'away');
  await load(first)
  await readsItsOwn(first)
  await refuses(second, ask(second), 'data_plane.away')
  const wrong = startDataPlaneCommand(second.home, 'not the passphrase\n')
  assert.equal(await wrong.ended, 1)
  assert.match(wrong.output(), /passphrase/)
  plane = startDataPlaneCommand(second.home, `${passphrase}\n`)
  const said = await plane.settled
  assert.match(said, /is linked/)
  assert.doesNotMatch(said, /\/setup#/)
  await readsItsOwn(second)
})

test('the command ends cleanly by Ctrl-C, and says what is missing', async () => {
  plane?.interrupt()
  assert.equal(await plane?.ended, 0)
  const cases: [input: string, more: string[], said: RegExp][] = [
    ['', [], /Standard input ended before: Passphrase of the key file/],
    ['', ['--home', join(place.folder, 'new')], /Standard input ended before: Enrolment line/],
    ['{"enrolment":null}\n', ['--home', join(place.folder, 'new')], /not an enrolment line/],
    [`${line}\nshort\n`, ['--home', join(place.folder, 'new')], /passphrase of the key file is too short/],
    [`${passphrase}\n`, ['--home', place.home], /is the folder of a control plane/],
    ['', ['--passphrase-file', join(place.folder, 'none')], /cannot be read/],
  ]
  for (const [input, more, said] of cases) {
    const refused = startDataPlaneCommand(second.home, input, more)
    assert.equal(await refused.ended, 1)
    assert.match(refused.output(), said)
    assert.match(refused.output(), /\nRemedy: \S/)
  }
})
