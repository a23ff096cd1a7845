/** CLN-07: whoever is deprovisioned while waiting for an answer gets none, within a second, on every connection. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addMember, addToken, makeTenant, type Member, type Tenant } from '../../app/testing/access-world.ts'
import { startWorkNode, type WorkNode } from '../jobs/testing/work-node.ts'
import {
  callNode,
  readJson,
  startWorkDatabase,
  type HttpAnswer,
  type WorkDatabase,
} from '../jobs/testing/work-world.ts'

let database: WorkDatabase
let node: WorkNode
let tenant: Tenant

before(async () => {
  database = await startWorkDatabase()
  node = await startWorkNode({ ...database, credentials: 'real' })
  tenant = await makeTenant(node, 'eiderdown')
})
after(async () => {
  await node?.stop()
  await database?.stop()
})

const scim = (method: string, path: string, body?: object, from = '127.0.0.1') =>
  callNode(node, method, `/scim/v2${path}`, {
    bearer: tenant.provisioner.bearer,
    from,
    ...(body && {
      body: Buffer.from(JSON.stringify(body)),
      headers: { 'content-type': 'application/scim+json' },
    }),
  })
const jobs = (bearer: string, query = '') =>
  callNode(node, 'GET', `/v1/projects/${tenant.place.project}/jobs${query}`, { bearer })

/** Lists of jobs that are not answered before something changes, all of them admitted. */
async function startWaiting(bearers: readonly string[]): Promise<readonly Promise<HttpAnswer>[]> {
  const waiting: Promise<HttpAnswer>[] = []
  for (const bearer of bearers) {
    const { change } = readJson<{ change: string }>(await jobs(bearer))
    waiting.push(jobs(bearer, `?since=${change}&wait=25`))
  }
  await until(() => countOpen() === bearers.length)
  return waiting
}

function countOpen(): number {
  let open = 0
  node.addresses.openCalls.judge(tenant.place.organisation, () => {
    open += 1
    return undefined
  })
  return open
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100_000 && !condition(); turn++) await new Promise((resolve) => setImmediate(resolve))
  assert.ok(condition())
}

/** Two sessions and an own token of one person. */
async function makeCredentials(): Promise<Member & { readonly all: readonly string[] }> {
  const member = await addMember(node, tenant.place.organisation, 'analyst', tenant.marker)
  const reader = await addToken(node, 'reader', { ...tenant.place, marker: tenant.marker })
  await node.database.withTenant(tenant.place, (tx) =>
    tx.sql(`UPDATE tokens SET kind = 'usr', person = $2 WHERE id = $1`, [reader.id, member.id]),
  )
  return { ...member, all: [member.bearer, reader.bearer] }
}

const off = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path: 'active', value: false }],
}

for (const [name, end] of [
  ['deactivated', (id: string) => scim('PATCH', `/Users/${id}`, off)],
  ['deleted', (id: string) => scim('DELETE', `/Users/${id}`)],
] as const) {
  test(`CLN-07: who is ${name} is cut off within a second where they wait, with sessions and own tokens`, async (context) => {
    const { id, all } = await makeCredentials()
    const waiting = await startWaiting(all)
    const started = performance.now()
    const answer = await end(id)
    assert.ok(answer.status === 200 || answer.status === 204, answer.body.toString())
    const cut = await Promise.all(waiting)
    const took = performance.now() - started
    context.diagnostic(`${took.toFixed(0)} ms`)
    assert.deepEqual(
      cut.map(({ status }) => status),
      [401, 401],
    )
    assert.ok(took < 1_000, `${took} ms`)
    for (const bearer of all) assert.equal((await jobs(bearer)).status, 401)
  })
}

test('AIV-06: SCIM is called from allowed addresses only', async () => {
  const { place } = tenant
  const path = `/v1/addresses/organisation/${place.organisation}`
  const set = (ranges: string[]) => callNode(node, 'PUT', path, { bearer: place.owner, body: { ranges } })
  assert.equal((await set(['127.0.0.1/32'])).status, 200)
  const refused = await scim('GET', '/Users', undefined, '127.0.0.2')
  assert.equal(refused.status, 403)
  assert.match(readJson<{ detail: string }>(refused).detail, /^access\.address_denied: /)
  assert.equal((await scim('GET', '/Users')).status, 200)
  assert.equal((await set([])).status, 200)
})
