/**
 * Attacks on a running installation by who owns the control plane, database and folders included, and by hostile
 * clients: each is refused with its stable code, and the refusal is in the log. What a client itself refuses is no entry.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { withClient, type Client } from '@keyhold/cli/client'
import type { Signed } from '@keyhold/contract'
import { drawSigningSeed, encodeBase64url, importSigningSeed, readUnverified, signStatement } from '@keyhold/sealed'
import { generateSealingKey } from '@keyhold/sealed/open'
import { openContext } from '@keyhold/sealed/seal'
import type pg from 'pg'
import { connectAsAdministrator } from '../scan/holdings.ts'
import { startTestInstallation, type Shell, type TestInstallation } from '../testing/shell.ts'
import {
  makeBriefToken,
  plantUpload,
  readSealingKey,
  sealCsv,
  sealSigned,
  sendRequest,
  sendUpload,
  signClosing,
  signQuery,
  waitForJob,
  type SealedFile,
} from './attacker.ts'

type Session = Client['session']

const rows = 'a,b\n1,x\n2,y\n'
let place: TestInstallation
let owner: Shell
let database: pg.Client
let target: string

before(async () => {
  place = await startTestInstallation()
  owner = place.owner
  database = await connectAsAdministrator(place.home)
  const path = join(place.folder, 'rows.csv')
  writeFileSync(path, rows)
  target = (await owner.json<{ tableId: string }>(['upload', path, 'main.target'])).tableId
  await owner.json(['upload', path, 'main.target', '--mode', 'append'])
})
after(async () => {
  await database.end()
  await place.end()
})

const asOwner = <T>(work: (session: Session) => Promise<T>): Promise<T> =>
  withClient(owner.home, ({ session }) => work(session))

/** The log has a refusal with this code; `by` says whose entry it must be. */
async function assertLogged(code: string, by: 'data plane' | 'control plane'): Promise<void> {
  const { entries } = await asOwner(({ api }) => api.call('listEntries', { query: { last: 1000 } }))
  const found = entries
    .map(({ entry }) => JSON.parse(entry) as { code: string | null; outcome: string; origin: unknown })
    .filter((entry) => entry.code === code && entry.outcome !== 'success')
  const here = found.filter(({ origin }) => (origin === 'control') === (by === 'control plane'))
  assert.ok(here.length > 0, `${code} is in the log, by the ${by} (${JSON.stringify(found)})`)
}

async function assertUnharmed(): Promise<void> {
  const found = await owner.run([
    'query',
    'select count(*) as n, sum(a) as s from main.target',
    '--format',
    'csv',
    '--no-cache',
  ])
  assert.equal(found.stdout, 'n,s\r\n4,6\r\n', found.stderr)
}

async function refuses(shell: Shell, words: string[], code: string, exit: 1 | 2 = 1): Promise<void> {
  const result = await shell.run(words)
  assert.equal(result.code, exit, `${words.join(' ')}: ${result.stderr}`)
  assert.ok(result.stderr.includes(`[${code}]`), result.stderr)
  assert.equal(result.stdout, '')
}

const queryTarget = ['query', 'select * from main.target', '--no-cache']

function tokenShell(name: string, made: { login: string; secret: string }): Shell {
  return place.newShell(name, { KEYHOLD_LOGIN: made.login, KEYHOLD_TOKEN: made.secret })
}

const makeToken = (name: string, ...words: string[]) =>
  owner.json<{ login: string; secret: string; token: { id: string } }>(['tokens', 'create', name, ...words])

const signerOf = (made: { secret: string }) =>
  importSigningSeed(Buffer.from(made.secret.split('.')[1] ?? '', 'base64url'))

const rewrite = (signed: Signed, from: string, to: string): Signed => {
  const text = Buffer.from(signed.statement, 'base64url').toString()
  assert.ok(text.includes(from))
  return { ...signed, statement: Buffer.from(text.replace(from, to)).toString('base64url') }
}

test('uploads that were replayed, moved, changed, spliced or signed by others are refused by the data plane itself', async () => {
  const reader = await makeToken('reader', '--scope', 'main:read', '--scope', 'other:write')
  const revoked = await makeToken('revoked-writer', '--scope', 'main:write')
  await owner.json(['tokens', 'revoke', revoked.token.id])
  await asOwner(async (session) => {
    const { api, project } = session
    const { table: other } = await api.call('ensureTable', {
      params: { project },
      body: { bucket: 'main', table: 'other' },
    })
    const { table: sent } = await api.call('ensureTable', {
      params: { project },
      body: { bucket: 'main', table: 'sent' },
    })
    const seal = (text = rows) => sealCsv(session, target, text)
    const plant = (sealed: SealedFile, closing: Signed, change: { mode?: 'replace'; tableId?: string } = {}) =>
      plantUpload(database, { session, home: place.home, sealed, closing, ...change })
    const long = (letter: string) => `a,b\n${`1,${letter.repeat(30)}\n`.repeat(20_000)}`

    const honest = await sealCsv(session, sent.id, rows)
    const closing = await signClosing(session, honest, { table: 'sent' })
    assert.equal(await waitForJob(session, await sendUpload(session, honest, closing)), null)
    await assert.rejects(sendUpload(session, honest, closing), { code: 'upload.already_consumed' })
    const [moved, renamed, changed, rewritten, strange, foreign, ended] = [
      await seal(),
      await sealCsv(session, other.id, rows),
      await seal(),
      await seal(),
      await seal(),
      await seal(),
      await seal(),
    ]
    const [first, second] = [await seal(long('x')), await seal(long('y'))]
    const cut = first.headerLength + 262_144
    const spliced = { ...first, content: Buffer.concat([first.content.subarray(0, cut), second.content.subarray(cut)]) }
    const stranger = await importSigningSeed(drawSigningSeed())
    const attacks: [code: string, plant: () => Promise<string>][] = [
      ['upload.already_consumed', async () => plant(honest, closing)],
      ['upload.table_mismatch', async () => plant(moved, await signClosing(session, moved), { tableId: other.id })],
      ['upload.table_mismatch', async () => plant(renamed, await signClosing(session, renamed))],
      ['upload.closing_forged', async () => plant(changed, await signClosing(session, changed), { mode: 'replace' })],
      [
        'upload.closing_forged',
        async () =>
          plant(rewritten, rewrite(await signClosing(session, rewritten), '"append"', '"replace"'), {
            mode: 'replace',
          }),
      ],
      ['upload.content_forged', async () => plant(spliced, await signClosing(session, first))],
      [
        'upload.content_forged',
        async () => plant(second, await signClosing(session, { ...second, content: first.content })),
      ],
      ['upload.closing_forged', async () => plant(strange, await signClosing(session, strange, {}, stranger))],
      ['access.denied', async () => plant(foreign, await signClosing(session, foreign, {}, await signerOf(reader)))],
      ['access.denied', async () => plant(ended, await signClosing(session, ended, {}, await signerOf(revoked)))],
    ]
    const expected = attacks.map(([code]) => code)
    const ids: string[] = []
    for (const [, attack] of attacks) ids.push(await attack())
    assert.deepEqual(await Promise.all(ids.map((job) => waitForJob(session, job))), expected)
    for (const code of new Set(expected)) await assertLogged(code, 'data plane')
  })
  await assertLogged('upload.already_consumed', 'control plane')
  await assertUnharmed()
})

test('a request that is replayed, altered, or was signed for another conversation is refused', async () => {
  await asOwner(async (session) => {
    const { organisation, project } = session
    const key = await readSealingKey(session)
    const open = () => openContext({ ...key, info: { organisation, project } })
    const [context, mine] = [await open(), await open()]
    const now = Date.now()
    const sign = (change: object) => signQuery(session, session.signer, context.contextId, change)
    const seal = async (by: typeof context, number: number, change: object) =>
      sealSigned(session, by, number, await sign(change))
    const send = (body: Uint8Array) => sendRequest(session, body)
    const request = await seal(context, 0, {})
    assert.equal(await send(request), 'result')
    assert.equal(await send(request), 'request.replayed')
    const altered = Buffer.from(await seal(context, 1, { number: 1 }))
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1
    assert.equal(await send(altered), 'request.forged')
    // The same signed words in a conversation of the attacker's, whose responses the attacker could open.
    assert.equal(await send(await seal(mine, 0, {})), 'request.forged')
    assert.equal(await send(await seal(context, 2, { number: 3 })), 'request.forged')
    assert.equal(
      await send(await seal(context, 4, { number: 4, issued: new Date(now - 3_600_000).toISOString() })),
      'request.stale',
    )
  })
  for (const code of ['request.replayed', 'request.forged', 'request.stale']) await assertLogged(code, 'data plane')
})

test('a sealing key that the anchor did not sign is refused by the client, before it sends anything', async () => {
  const { rows: kept } = await database.query<{ signed: Signed; number: string; project: string }>(
    'SELECT * FROM sealing_key_sets',
  )
  const { rows: planes } = await database.query<{ anchor_key: string }>('SELECT anchor_key FROM data_planes')
  const [set, plane] = [kept[0], planes[0]]
  assert.ok(set !== undefined && plane !== undefined)
  const attacker = await importSigningSeed(drawSigningSeed())
  const { publicKey, keyId, suite } = await generateSealingKey('mlkem768-x25519')
  const keys = [{ keyId, suite, publicKey: encodeBase64url(publicKey) }]
  const forged = await signStatement(attacker, 'sealing-key-set', { ...(readUnverified(set.signed) as object), keys })
  const put = (signed: Signed, anchor: string) =>
    Promise.all([
      database.query('UPDATE sealing_key_sets SET signed = $1', [JSON.stringify(signed)]),
      database.query('UPDATE data_planes SET anchor_key = $1', [anchor]),
    ])
  try {
    await put(forged, plane.anchor_key)
    await refuses(owner, queryTarget, 'anchor.set_not_signed', 2)
    await refuses(owner, ['upload', join(place.folder, 'rows.csv'), 'main.target'], 'anchor.set_not_signed', 2)
    await put(forged, encodeBase64url(attacker.publicKey))
    await refuses(owner, queryTarget, 'anchor.set_not_signed', 2)
  } finally {
    await put(set.signed, plane.anchor_key)
  }
  await assertUnharmed()
})

test('tokens of another project, without the bucket, expired or revoked reach nothing, whatever the database says', async () => {
  const first = await asOwner(async ({ api, project }) => {
    await api.call('createProject', { body: { name: 'Second' } })
    return project
  })
  const foreign = await makeToken('foreign', '--scope', 'main:read', '--project', 'Second')
  const narrow = tokenShell('narrow', await makeToken('narrow', '--scope', 'other:read'))
  const [ended, revived] = [
    await makeToken('ended', '--scope', 'main:read'),
    await makeToken('revived', '--scope', 'main:read'),
  ]
  const brief = await asOwner(makeBriefToken)
  assert.equal(await askAs(foreign), 'access.denied')
  await refuses(narrow, queryTarget, 'query.unknown_table')
  await refuses(narrow, ['upload', join(place.folder, 'rows.csv'), 'main.target'], 'access.denied')
  await owner.json(['tokens', 'revoke', ended.token.id])
  await refuses(tokenShell('ended', ended), queryTarget, 'token.revoked')
  await owner.json(['tokens', 'revoke', revived.token.id])
  await wait(Math.max(0, brief.expires - Date.now()))
  await refuses(tokenShell('brief', brief), queryTarget, 'token.expired')
  for (const code of ['access.denied', 'token.revoked', 'token.expired']) await assertLogged(code, 'control plane')
  // Who owns the database lets them all in again, and moves the foreign one; the roster says otherwise.
  await database.query(`UPDATE tokens SET revoked = NULL, expires = now() + interval '1 day', project = $1`, [first])
  // The control plane itself remembers who a token is for up to a second.
  await wait(1_100)
  for (const [name, made] of Object.entries({ revived, brief }))
    await refuses(tokenShell(name, made), queryTarget, 'access.denied')
  assert.equal(await askAs(foreign), 'access.denied')
  await assertLogged('access.denied', 'data plane')
  await assertLogged('query.unknown_table', 'data plane')
})

/** Asks in the first project with a token's own key and server half, as no honest client would. */
function askAs(made: { secret: string }): Promise<string> {
  return asOwner(async (session) => {
    const { organisation, project } = session
    const context = await openContext({ ...(await readSealingKey(session)), info: { organisation, project } })
    const signed = await signQuery(session, await signerOf(made), context.contextId)
    return sendRequest(session, await sealSigned(session, context, 0, signed), made.secret.split('.')[0])
  })
}

test('an older manifest, and a table withheld, are refused also by a data plane that starts anew', async () => {
  const { rows: snapshots } = await database.query<{ id: string; sequence: string }>(
    'SELECT id, sequence FROM snapshots WHERE table_id = $1 ORDER BY sequence',
    [target],
  )
  const [older, newer] = snapshots
  assert.ok(older !== undefined && newer !== undefined && snapshots.length === 2)
  const point = async (snapshot: { id: string; sequence: string } | undefined) => {
    await database.query('UPDATE tables SET snapshot = $2, sequence = $3 WHERE id = $1', [
      target,
      snapshot?.id ?? null,
      snapshot?.sequence ?? 0,
    ])
    await database.query('UPDATE projects SET catalogue_version = catalogue_version + 1')
    process.kill(place.installation.pids().data ?? 0, 'SIGKILL')
  }
  await point(older)
  await refuses(owner, queryTarget, 'manifest.rolled_back')
  await point(undefined)
  await refuses(owner, queryTarget, 'manifest.rolled_back')
  await assertLogged('manifest.rolled_back', 'data plane')
  await point(newer)
  await assertUnharmed()
})

test('after all of it the log verifies', async () => {
  await owner.json(['audit', 'verify'])
})
