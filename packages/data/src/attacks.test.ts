import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Signed } from '@keyhold/contract'
import { drawSigningSeed, importSigningSeed } from '@keyhold/sealed'
import { makeClaim, TestClient } from './testing/test-client.ts'
import { startPlanes, type Planes } from './testing/start-planes.ts'

let planes: Planes
let client: TestClient
const table = randomUUIDv7()
const rows = Buffer.from('a,b\n1,x\n2,y\n')

before(async () => {
  planes = await startPlanes()
  client = await TestClient.setUp(planes.control, planes.data.ready.setupLink ?? '')
  assert.equal(await client.upload(table, 'target', rows), null)
})
after(() => planes.stop())

/** Asserts that the data plane's own log has the refusal. */
function assertLogged(code: string): void {
  assert.ok(
    planes.control.ledger.entries.some((entry) => entry.code === code && entry.outcome === 'denied'),
    code,
  )
}

async function refuses(code: string, attempt: Promise<unknown>): Promise<void> {
  await assert.rejects(attempt, { code })
  assertLogged(code)
}

test('an upload that is replayed is refused, under its own name and under another', async () => {
  const sealed = await client.sealUpload(table, rows)
  const closing = await client.signClosing(table, 'target', sealed)
  const first = await planes.control.addUpload({ ...sealed.state, closing }, client.project)
  assert.equal(await planes.control.ended(first.job), null)
  const again = await planes.control.addUpload({ ...sealed.state, closing }, client.project)
  assert.equal(await planes.control.ended(again.job), 'upload.already_consumed')
  const idempotencyKey = 'the-same-key'
  assert.equal(await client.upload(table, 'target', rows, { idempotencyKey }), null)
  assert.equal(await client.upload(table, 'target', rows, { idempotencyKey }), 'upload.already_consumed')
  assertLogged('upload.already_consumed')
})

test('an upload that is sent to another table is refused', async () => {
  const sealed = await client.sealUpload(table, rows)
  const closing = await client.signClosing(table, 'target', sealed)
  const { job } = await planes.control.addUpload({ ...sealed.state, table: randomUUIDv7(), closing }, client.project)
  assert.notEqual(await planes.control.ended(job), null)
  // The opening is bound to its table too, so that even the settings do not open for another.
  assert.match(planes.control.failures.at(-1)?.code ?? '', /^upload\.(table_mismatch|content_forged)$/)
  assert.equal(await client.upload(randomUUIDv7(), 'target', rows), 'upload.table_mismatch')
  assertLogged('upload.table_mismatch')
})

test('an upload whose mode was changed is refused', async () => {
  const sealed = await client.sealUpload(table, rows, { mode: 'append' })
  const closing = await client.signClosing(table, 'target', sealed)
  const { job } = await planes.control.addUpload({ ...sealed.state, mode: 'replace', closing }, client.project)
  assert.equal(await planes.control.ended(job), 'upload.closing_forged')
  const rewritten = rewrite(closing, '"append"', '"replace"')
  const other = await client.sealUpload(table, rows)
  const { job: second } = await planes.control.addUpload({ ...other.state, closing: rewritten }, client.project)
  assert.equal(await planes.control.ended(second), 'upload.closing_forged')
  assertLogged('upload.closing_forged')
})

test('an upload that is spliced from two sources is refused', async () => {
  const long = (seed: string) => Buffer.from(`a,b\n${`1,${seed.repeat(30)}\n`.repeat(30_000)}`)
  const first = await client.sealUpload(table, long('x'))
  const second = await client.sealUpload(table, long('y'))
  const at = first.state.headerLength + 262_144
  assert.equal(first.state.headerLength, second.state.headerLength)
  const content = Buffer.concat([first.state.content.subarray(0, at), second.state.content.subarray(at)])
  const closing = await client.signClosing(table, 'target', first)
  const { job } = await planes.control.addUpload({ ...first.state, content, closing }, client.project)
  assert.equal(await planes.control.ended(job), 'upload.content_forged')
  assertLogged('upload.content_forged')
})

test('KEB-03: a token loads only into the buckets that it may write', async () => {
  const writer = await client.makeToken([{ bucket: 'main', access: 'write' }])
  assert.equal(await client.upload(table, 'target', rows, { signer: writer.key }), null)
  const reader = await client.makeToken([{ bucket: 'main', access: 'read' }])
  assert.equal(await client.upload(table, 'target', rows, { signer: reader.key }), 'access.denied')
  const stranger = await importSigningSeed(drawSigningSeed())
  assert.equal(await client.upload(table, 'target', rows, { signer: stranger }), 'upload.closing_forged')
})

test('KEB-03: a token reads only the buckets that it may read', async () => {
  const { key, principal } = await client.makeToken([{ bucket: 'main', access: 'write' }])
  const { meta } = await client.query('SELECT * FROM main.target', { key, principal })
  assert.equal(meta.code, 'query.unknown_table')
  assert.doesNotMatch(meta.detail ?? '', /You may read/)
})

test('KEB-03: a token that is limited to some actions does no other, whatever the control plane says of it', async () => {
  const both = [
    { bucket: 'main', access: 'read' },
    { bucket: 'main', access: 'write' },
  ] as const
  const asks = await client.makeToken([...both], client.project, { actions: ['query'] })
  const loads = await client.makeToken([...both], client.project, { actions: ['upload'] })
  assert.equal(await client.upload(table, 'target', rows, { signer: asks.key }), 'access.denied')
  assert.equal(await client.upload(table, 'target', rows, { signer: loads.key }), null)
  assert.equal((await client.query('SELECT * FROM main.target', loads)).meta.code, 'access.denied')
  assert.equal((await client.query('SELECT * FROM main.target', asks)).meta.outcome, 'result')
  const lie = { ...loads, principal: { ...loads.principal, actions: ['query' as const] } }
  assert.equal((await client.query('SELECT * FROM main.target', lie)).meta.code, 'access.denied')
})

test('a token whose end was brought nearer is refused once it has come', async () => {
  const { key, principal } = await client.makeToken([{ bucket: 'main', access: 'read' }])
  const ended = new Date(Date.now() - 1000).toISOString()
  await client.changeRoster({ kind: 'expire', keyId: key.keyId, expires: ended })
  assert.equal((await client.query('SELECT * FROM main.target', { key, principal })).meta.code, 'access.denied')
  assert.equal(await client.upload(table, 'target', rows, { signer: key }), 'access.denied')
})

test('a token of another project is refused, and so is one that was revoked', async () => {
  const foreign = await client.makeToken([{ bucket: 'main', access: 'read' }], randomUUIDv7())
  const { key, principal } = foreign
  assert.equal((await client.query('SELECT * FROM main.target', { key, principal })).meta.code, 'access.denied')
  const revoked = await client.makeToken([{ bucket: 'main', access: 'read' }])
  await client.changeRoster({ kind: 'revoke', keyId: revoked.key.keyId })
  assert.equal((await client.query('SELECT * FROM main.target', revoked)).meta.code, 'access.denied')
  assertLogged('access.denied')
})

test('a token’s request does not pass for a person’s', async () => {
  const { key } = await client.makeToken([{ bucket: 'main', access: 'read' }])
  assert.equal((await client.query('SELECT * FROM main.target', { key })).meta.code, 'access.denied')
})

test('a request that is replayed, altered or of another conversation is refused', async () => {
  const request = await client.sealAsk('query', { sql: 'SELECT 1 AS one' })
  assert.equal((await client.send(request)).meta.outcome, 'result')
  await refuses('request.replayed', client.send(request))
  const altered = Uint8Array.from(request.sealed)
  altered[altered.length - 1] = (altered[altered.length - 1] ?? 0) ^ 1
  await refuses('request.forged', client.send({ ...request, sealed: altered }))
  const context = 'A'.repeat(43)
  const swapped = await client.sealAsk('query', { sql: 'SELECT 1' }, client.device, { context })
  assert.equal((await client.send(swapped)).meta.code, 'request.forged')
})

test('a request is refused once it has expired, before the data plane started, and when it lives too long', async () => {
  const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()
  const cases = [
    { issued: at(-3600), expires: at(-3550), code: 'request.stale' },
    { issued: at(40), expires: at(60), code: 'request.stale' },
    { issued: at(0), expires: at(0), code: 'request.expired' },
    { issued: at(0), expires: at(120), code: 'request.expired' },
  ]
  for (const { code, ...times } of cases) {
    const request = await client.sealAsk('query', { sql: 'SELECT 1' }, client.device, times)
    assert.equal((await client.send(request)).meta.code, code)
    assertLogged(code)
  }
})

test('KH-11: what no key on the roster signed is recorded as unattested', async () => {
  const stranger = await importSigningSeed(drawSigningSeed())
  const { meta } = await client.query('SELECT 1 AS one', { key: stranger })
  assert.deepEqual([meta.outcome, meta.attested], ['result', false])
  assert.equal(planes.control.ledger.entries.at(-1)?.details['attested'], false)
})

test('a set-up secret works once, and a roster change by a stranger is refused', async () => {
  const peer = await planes.control.peer()
  const stranger = await importSigningSeed(drawSigningSeed())
  const claim = makeClaim(planes.control, planes.data.ready.setupLink ?? '', stranger)
  await refuses('setup.dead', peer.call('setup.claim', claim))
  await refuses('roster.forged', client.changeRoster({ kind: 'revoke', keyId: client.device.keyId }, stranger))
})

test('an older manifest, and a table withheld, are refused', async () => {
  const newer = planes.control.catalogue.get(table)
  const older = planes.control.beforeLast.get(table)
  assert.ok(newer && older)
  await restartWith(older)
  assert.equal((await client.query('SELECT * FROM main.target')).meta.code, 'manifest.rolled_back')
  planes.control.catalogue.delete(table)
  assert.equal((await client.query('SELECT * FROM main.target')).meta.code, 'manifest.rolled_back')
  assertLogged('manifest.rolled_back')
  planes.control.catalogue.set(table, newer)
  assert.equal((await client.query('SELECT * FROM main.target')).meta.outcome, 'result')
})

test('nothing is released while the log’s proofs do not verify', async () => {
  planes.control.ledger.tamper = (reply) => ({
    ...reply,
    proofs: reply.proofs.map((proof) => ({ ...proof, index: 0 })),
  })
  const request = await client.sealAsk('query', { sql: 'SELECT 1 AS one' })
  await assert.rejects(client.send(request), { code: 'ledger.unavailable' })
  planes.control.ledger.tamper = undefined
  assert.equal((await client.query('SELECT 1 AS one')).meta.outcome, 'result')
})

/** The data plane starts afresh and knows only its marks. */
async function restartWith(manifest: Signed): Promise<void> {
  planes.control.catalogue.set(table, manifest)
  await planes.restart()
  client.forgetConversation()
}

function rewrite(signed: Signed, from: string, to: string): Signed {
  const text = Buffer.from(signed.statement, 'base64url').toString()
  assert.ok(text.includes(from))
  return { ...signed, statement: Buffer.from(text.replace(from, to)).toString('base64url') }
}
