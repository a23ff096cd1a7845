import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import { routeList, type Person, type SetupAnswer } from '@keyhold/contract'
import { verifyStatement } from '@keyhold/sealed'
import { AppError } from '../../platform/errors.ts'
import { startTestPostgres, type TestPostgres } from '../../testing/postgres.ts'
import { claimBody, startTestNode, type TestNode } from './testing/test-node.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.stop())

async function withNode(run: (node: TestNode) => Promise<void>): Promise<void> {
  const node = await startTestNode(postgres)
  try {
    await run(node)
  } finally {
    await node.stop()
  }
}

const post = (body: unknown) => ({ method: 'POST', path: '/v1/setup', body })

async function countRows(node: TestNode): Promise<number[]> {
  const tables = ['people', 'sessions', 'projects', 'sealing_key_sets', 'wrapped_keys', 'roster']
  const { organisation } = node
  return node.database.withTenant({ organisation }, async (tx) => {
    const counts = tables.map((name) => tx.sql<{ count: number }>(`SELECT count(*) AS count FROM ${name}`))
    return (await Promise.all(counts)).map((rows) => rows[0]?.count ?? -1)
  })
}

test('an owner claims the organisation with the data plane’s one-time secret and is signed in', () =>
  withNode(async (node) => {
    const before = await node.call<{ claimed: boolean }>({ method: 'GET', path: '/v1/installation' })
    assert.equal(before.body.claimed, false)
    const { body } = await claimBody(node.plane, node.organisation)
    const answer = await node.call<SetupAnswer>(post(body))
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    await verifyStatement(node.plane.anchor.publicKey, 'roster', answer.body.roster)
    const bearer = answer.body.session?.secret ?? ''
    const self = await node.call({ method: 'GET', path: '/v1/me', bearer })
    assert.equal(self.status, 200)
    const { organisationName, custody, dataPlane } = self.body as Record<string, string>
    assert.deepEqual([organisationName, custody, dataPlane], ['Example Ltd', 'demo', 'connected'])
    const projects = await node.call<{ projects: { id: string }[] }>({ method: 'GET', path: '/v1/projects', bearer })
    assert.deepEqual(
      projects.body.projects.map((project) => project.id),
      [answer.body.project],
    )
    const after = await node.call({ method: 'GET', path: '/v1/installation' })
    assert.deepEqual(after.body, {
      claimed: true,
      custody: 'demo',
      serverPin: after.body && (after.body as { serverPin: string }).serverPin,
      mail: 'outbox',
      maintenance: null,
    })
    const events = await node.listEvents()
    assert.ok(events.some(({ action, outcome }) => action === 'organisation.setup' && outcome === 'success'))
  }))

test('CLU-11: a browser that sets up is signed in by a cookie, and who it is can be read', () =>
  withNode(async (node) => {
    const { body } = await claimBody(node.plane, node.organisation)
    const browser = { ...body, browser: true, personName: 'Ann Owner' }
    const elsewhere = { origin: 'https://elsewhere.test', 'sec-fetch-site': 'cross-site' }
    const foreign = await node.call({ ...post(browser), headers: elsewhere })
    assert.equal(foreign.problem.code, 'access.cross_site')
    const answer = await node.call<SetupAnswer>({ ...post(browser), headers: { 'sec-fetch-site': 'same-origin' } })
    assert.deepEqual([answer.status, answer.body.session], [201, null])
    const cookie = String(answer.headers['set-cookie']).split('; ')[0] ?? ''
    assert.match(cookie, /^__Host-keyhold=kh_ses_/)
    const headers = { cookie, 'sec-fetch-site': 'same-origin' }
    const self = await node.call<Record<string, unknown>>({ method: 'GET', path: '/v1/me', headers })
    assert.equal(self.status, 200, JSON.stringify(self.body))
    const { name, email, session, id } = self.body
    assert.deepEqual([name, email], ['Ann Owner', 'owner@example.test'])
    const { expires, expiresIdle } = session as { expires: string; expiresIdle: string }
    assert.ok(expires > expiresIdle && Date.parse(expiresIdle) > node.time())
    const people = await node.call<{ people: Person[] }>({ method: 'GET', path: '/v1/people', headers })
    assert.deepEqual(
      people.body.people.map((person) => [person.id, person.name, person.email, person.role]),
      [[id, 'Ann Owner', 'owner@example.test', 'owner']],
    )
    const rows = await node.database.withTenant(node, (tx) => tx.sql('SELECT * FROM people'))
    assert.ok(!JSON.stringify(rows).includes('Ann') && !Buffer.from(JSON.stringify(rows)).includes('Owner'))
  }))

test('no change can be made with a cookie from another site, whatever the operation', () =>
  withNode(async (node) => {
    const { body } = await claimBody(node.plane, node.organisation)
    const answer = await node.call<SetupAnswer>(post({ ...body, browser: true }))
    const cookie = String(answer.headers['set-cookie']).split('; ')[0] ?? ''
    const id = randomUUIDv7()
    const changing = routeList.filter(
      ({ operationId, method, access }) =>
        node.operations.includes(operationId) && method !== 'GET' && access.kind === 'member',
    )
    assert.ok(changing.length >= 6, String(changing.length))
    const origins: Record<string, string>[] = [
      {},
      { origin: 'https://elsewhere.test' },
      { origin: 'null' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ]
    for (const { method, path, operationId } of changing) {
      for (const headers of origins) {
        const call = { method, path: path.replaceAll(/:[a-z]+/g, id), headers: { cookie, ...headers } }
        assert.equal((await node.call(call)).problem?.code, 'access.cross_site', operationId)
      }
    }
  }))

test('of concurrent claims one wins, and nothing of the others is stored', () =>
  withNode(async (node) => {
    const { body } = await claimBody(node.plane, node.organisation)
    const other = await claimBody(node.plane, node.organisation)
    const claims = [
      body,
      { ...body, email: 'second@example.test' },
      other.body,
      { ...body, email: 'third@example.test' },
    ]
    const answers = await Promise.all(claims.map((claim) => node.call(post(claim))))
    const losers = answers.filter(({ status }) => status !== 201)
    assert.equal(losers.length, 3)
    for (const { problem } of losers) assert.match(problem.code, /^setup\.(claimed|dead)$/)
    assert.deepEqual(await countRows(node), [1, 1, 1, 1, 2, 1])
  }))

test('a wrong secret is refused, recorded, and stores nothing', () =>
  withNode(async (node) => {
    const { body } = await claimBody(node.plane, node.organisation, Buffer.alloc(32))
    const answer = await node.call(post(body))
    assert.equal(answer.status, 403)
    assert.equal(answer.problem.code, 'setup.refused')
    assert.deepEqual(await countRows(node), [0, 0, 0, 0, 0, 0])
    const events = await node.listEvents()
    assert.deepEqual(
      events.map(({ code, outcome }) => [code, outcome]),
      [['setup.refused', 'denied']],
    )
  }))

for (const step of ['claim', 'provision'] as const) {
  test(`a data plane that fails in ${step} leaves nothing half done, and the same claim works again`, () =>
    withNode(async (node) => {
      const { body } = await claimBody(node.plane, node.organisation)
      node.plane.failNext(
        step,
        new AppError('data_plane.away', { status: 503, message: 'Away.', remedy: 'Try again.' }),
      )
      assert.equal((await node.call(post(body))).problem.code, 'data_plane.away')
      assert.deepEqual(await countRows(node), [0, 0, 0, 0, 0, 0])
      assert.equal((await node.call(post(body))).status, 201)
      assert.deepEqual(await countRows(node), [1, 1, 1, 1, 2, 1])
    }))
}

test('a claimed organisation cannot be claimed again, nor one that is not there', () =>
  withNode(async (node) => {
    const { body } = await claimBody(node.plane, node.organisation)
    assert.equal((await node.call(post(body))).status, 201)
    const again = await node.call(post(body))
    assert.deepEqual([again.status, again.problem.code], [409, 'setup.claimed'])
    const unknown = await node.call(post({ ...body, organisation: randomUUIDv7() }))
    assert.deepEqual([unknown.status, unknown.problem.code], [404, 'setup.unknown'])
  }))

test('a password that guessers try first is refused before the one-time secret is spent', () =>
  withNode(async (node) => {
    const { body } = await claimBody(node.plane, node.organisation)
    for (const password of [
      'aaaaaaaaaaaaaaaa',
      'owner@example.test',
      'passwordpassword',
      'qwertyuiopasdfghjkl',
      'abcabcabcabcabcabc',
    ]) {
      const answer = await node.call(post({ ...body, password }))
      assert.deepEqual([answer.status, answer.problem.code], [400, 'password.too_simple'], password)
    }
    assert.equal((await node.call(post({ ...body, password: 'short' }))).problem.code, 'request.invalid')
    assert.equal((await node.call(post(body))).status, 201)
  }))
