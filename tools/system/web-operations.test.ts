/** What the web app asks of the planes, on both real planes: documents, profiles, deletion, the recovery kit. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomUUIDv7 } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { withClient, type Client } from '@keyhold/cli/client'
import type {
  Document,
  DocumentHead,
  DocumentSave,
  DocumentSaved,
  HeldBytes,
  RecoveryKit,
  TableDelete,
  TableProfile,
} from '@keyhold/contract'
import { samples } from '../samples.ts'
import { readHoldings, searchHoldings } from '../scan/holdings.ts'
import { startInstallation } from '../installation/installation.ts'
import { startTestInstallation, type TestInstallation } from '../testing/shell.ts'

let place: TestInstallation
let installation: TestInstallation['installation']

before(async () => {
  place = await startTestInstallation()
  ;({ installation } = place)
  const loaded = await place.owner.run(['upload', samples.airports, 'air.airports'])
  assert.equal(loaded.code, 0, loaded.stderr)
})
after(async () => {
  await installation.stop()
  rmSync(place.folder, { recursive: true, force: true })
})

const withOwner = <T>(work: (client: Client) => Promise<T>) => withClient(place.owner.home, work)

async function ask(client: Client, operation: string, body: object): Promise<unknown> {
  const answer = await client.dataPlane.ask(operation, body)
  try {
    return JSON.parse(Buffer.from(await answer.read(0, answer.bodyLength)).toString())
  } finally {
    await answer.close()
  }
}

const draft: DocumentSave = {
  id: randomUUIDv7(),
  expectedVersion: null,
  kind: 'wombat-report',
  title: 'Quarterly echidna',
  body: { sql: 'select platypus from air.airports', tiles: [1, 2] },
}

async function readAirports({ session }: Client): Promise<TableDelete | undefined> {
  const { tables } = await session.api.call('listTables', { params: { project: session.project } })
  const table = tables.find(({ name }) => name === 'airports')
  return table && { bucket: table.bucket, table: table.name, tableId: table.id, sequence: table.sequence }
}

test('a document comes back as it was saved, and nothing of it is anywhere in the clear', () =>
  withOwner(async (client) => {
    const saved = (await ask(client, 'document.save', draft)) as DocumentSaved
    assert.equal(saved.version, 1)
    const read = (await ask(client, 'document.read', { id: draft.id })) as Document
    assert.deepEqual([read.kind, read.title, read.body], [draft.kind, draft.title, draft.body])
    const { documents } = (await ask(client, 'document.list', {})) as { documents: DocumentHead[] }
    assert.deepEqual(
      documents.map(({ id }) => id),
      [draft.id],
    )
    await assert.rejects(ask(client, 'document.save', draft), { code: 'document.conflict', detail: '{"version":1}' })
    const holdings = await readHoldings(place.home)
    assert.ok(holdings.some((holding) => holding.place.includes('database public.documents')))
    const output = { place: 'output of both planes', bytes: Buffer.from(place.log.join('\n')) }
    assert.deepEqual(await searchHoldings([...holdings, output], ['wombat', 'echidna', 'platypus']), [])
  }))

test('the operator’s rows of the document are its ciphertext', () =>
  withOwner(async ({ session }) => {
    const params = { project: session.project, subject: 'documents' } as const
    const { rows } = await session.api.call('readOperatorRows', { params })
    const [row] = rows['documents'] ?? []
    const body = row?.['body'] as HeldBytes | undefined
    assert.equal(Buffer.from(body?.base64url ?? '', 'base64url').toString('latin1', 0, 4), 'KHLD')
    assert.ok((body?.length ?? 0) > 300)
  }))

test('a profile of a real table', () =>
  withOwner(async (client) => {
    const { rows, columns } = (await ask(client, 'table.profile', { bucket: 'air', table: 'airports' })) as TableProfile
    assert.equal(rows, 3376)
    const by = Object.fromEntries(columns.map((column) => [column.name, column]))
    assert.deepEqual(by['iata']?.distinct, { count: 3376, exact: true })
    assert.equal(by['state']?.top[0]?.value, 'AK')
    assert.equal(
      by['latitude']?.histogram.reduce((sum, { count }) => sum + count, 0),
      3376,
    )
  }))

test('KH-12: a lost data folder is made again from the kit with one command, and everything is read again', async () => {
  const kit = await withOwner((client) => ask(client, 'recovery.kit', {}) as Promise<RecoveryKit>)
  const path = join(place.folder, 'kit.json')
  writeFileSync(path, JSON.stringify(kit))
  const port = Number(new URL(installation.url).port)
  await installation.stop()
  rmSync(join(place.home, 'data'), { recursive: true })
  const script = fileURLToPath(new URL('../restore.ts', import.meta.url))
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const restored = spawnSync(process.execPath, [script, path], {
    encoding: 'utf8',
    env: { PATH, NODE_COMPILE_CACHE, KEYHOLD_HOME: place.home },
  })
  assert.equal(restored.status, 0, restored.stderr)
  assert.ok(restored.stdout.includes(kit.anchorFingerprint))
  installation = await startInstallation({ home: place.home, port, environment: process.env })
  assert.equal(installation.setupLink, null)
  const counted = await place.owner.run(['query', 'select count(*) as n from air.airports', '--format', 'csv'])
  assert.match(counted.stdout, /3376/, counted.stderr)
  await withOwner(async (client) => {
    assert.deepEqual(((await ask(client, 'document.read', { id: draft.id })) as Document).body, draft.body)
  })
  const verified = await place.owner.run(['audit', 'verify'])
  assert.equal(verified.code, 0, verified.stdout + verified.stderr)
})

test('CLU-16: a deleted document and a deleted table are gone, and the table’s name is free', () =>
  withOwner(async (client) => {
    await ask(client, 'document.delete', { id: draft.id, expectedVersion: 1 })
    await assert.rejects(ask(client, 'document.read', { id: draft.id }), { code: 'document.unknown' })
    const seen = await readAirports(client)
    assert.ok(seen)
    await ask(client, 'table.delete', seen)
    assert.equal(await readAirports(client), undefined)
    const gone = await place.owner.run(['query', 'select 1 from air.airports'])
    assert.match(gone.stderr, /query\.unknown_table/)
    const again = await place.owner.run(['upload', samples.airports, 'air.airports'])
    assert.equal(again.code, 0, again.stderr)
    assert.notEqual((await readAirports(client))?.tableId, seen.tableId)
    const verified = await place.owner.run(['audit', 'verify'])
    assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  }))
