/** A data folder that was lost, made again from its recovery kit and the control plane. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { RecoveryKit, type Document, type DocumentSave } from '@keyhold/contract'
import { drawSigningSeed, importSigningSeed } from '@keyhold/sealed'
import { Compile } from 'typebox/compile'
import { digestOf } from './formats/statements.ts'
import { restoreDataFolder } from './recovery/restore-folder.ts'
import { waitUntil } from './engine/testing/wait-until.ts'
import { startDataPlane, startPlanes, type Planes } from './testing/start-planes.ts'
import { TestClient, type Answer } from './testing/test-client.ts'

let planes: Planes
let client: TestClient
let kit: RecoveryKit
const csv = Buffer.from('a\n1\n2\n3\n')
const saved: DocumentSave = {
  id: randomUUIDv7(),
  expectedVersion: null,
  kind: 'report',
  title: 'Kept',
  body: 'in the report',
}

before(async () => {
  planes = await startPlanes()
  client = await TestClient.setUp(planes.control, planes.data.ready.setupLink ?? '')
  assert.equal(await client.upload(randomUUIDv7(), 'early', csv), null)
})
after(() => planes.stop())

const ask = (operation: string, body: unknown) => client.ask(operation, body)
function read(answer: Answer): unknown {
  assert.equal(answer.meta.outcome, 'result', JSON.stringify(answer.meta))
  return JSON.parse(answer.body.toString())
}
const dataFolder = () => join(planes.home, 'data')

async function stopAndLose(): Promise<void> {
  const { child } = planes.data
  planes.control.awaitPeer()
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.stdin?.end()
  await ended
  rmSync(dataFolder(), { recursive: true })
}

async function startAgain(): Promise<void> {
  planes.data = await startDataPlane(planes.control, planes.home)
  client.forgetConversation()
}

test('KH-12: only the owner’s device gets the kit, and the log says that it did', async () => {
  const device = await importSigningSeed(drawSigningSeed())
  const publicKey = Buffer.from(device.publicKey).toString('base64url')
  await client.changeRoster({ kind: 'device', keyId: device.keyId, publicKey, name: 'second' })
  assert.equal((await client.ask('recovery.kit', {}, { key: device })).meta.code, 'access.denied')
  const stranger = await importSigningSeed(drawSigningSeed())
  assert.equal((await client.ask('recovery.kit', {}, { key: stranger })).meta.code, 'access.denied')
  const token = await client.makeToken([{ bucket: 'main', access: 'read' }])
  assert.equal((await client.ask('recovery.kit', {}, token)).meta.code, 'access.denied')
  const count = () => planes.control.ledger.entries.filter(({ action }) => action === 'recovery.kit').length
  assert.equal(count(), 0)
  kit = read(await ask('recovery.kit', {})) as RecoveryKit
  assert.ok(Compile(RecoveryKit).Check(kit))
  assert.equal(count(), 1)
  assert.equal(kit.anchorFingerprint, planes.data.ready.anchorFingerprint)
  assert.deepEqual([kit.custody, typeof kit.passphrase], ['demo', 'string'])
  assert.deepEqual(kit.projects, [client.project])
})

test('a wrong kit, a wrong passphrase and a folder in use are refused, and nothing is left', async () => {
  const place = mkdtempSync(join(tmpdir(), 'keyhold-restore-'))
  const folder = join(place, 'data')
  const refused: [unknown, string | undefined, string][] = [
    [{ ...kit, format: 2 }, undefined, 'recovery.kit_malformed'],
    [{ ...kit, anchorPublicKey: 'AAAA' }, undefined, 'recovery.kit_malformed'],
    [{ ...kit, passphrase: null }, undefined, 'recovery.passphrase_missing'],
    [{ ...kit, passphrase: null }, 'not the passphrase', 'keyfile.wrong_passphrase'],
    [
      { ...kit, signingKeys: { ...kit.signingKeys, anchor: kit.signingKeys.identity } },
      undefined,
      'recovery.kit_malformed',
    ],
  ]
  for (const [given, passphrase, code] of refused) {
    await assert.rejects(restoreDataFolder(folder, given, passphrase), { code })
    assert.equal(existsSync(folder), false, code)
  }
  rmSync(place, { recursive: true })
  await assert.rejects(restoreDataFolder(dataFolder(), kit), { code: 'recovery.folder_in_use' })
})

test('KH-12: a lost data folder is made again, with everything that came after the kit', async () => {
  const late = randomUUIDv7()
  assert.equal(await client.upload(late, 'late', csv), null)
  assert.equal(await client.upload(late, 'late', csv, { mode: 'append' }), null)
  read(await ask('document.save', saved))
  const gone = randomUUIDv7()
  assert.equal(await client.upload(gone, 'gone', csv), null)
  read(await ask('table.delete', { bucket: 'main', table: 'gone', tableId: gone, sequence: 1 }))
  const entries = planes.control.ledger.entries.length
  await stopAndLose()
  await restoreDataFolder(dataFolder(), kit)
  await startAgain()
  assert.equal(planes.data.ready.setupLink, null)
  assert.equal(planes.data.ready.anchorFingerprint, kit.anchorFingerprint)
  assert.equal((await client.query('SELECT * FROM main.early')).meta.rows, 3)
  assert.equal((await client.query('SELECT * FROM main.late')).meta.rows, 6)
  assert.equal((await client.query('SELECT * FROM main.gone')).meta.code, 'query.unknown_table')
  assert.equal((read(await ask('document.read', { id: saved.id })) as Document).body, 'in the report')
  assert.equal(await client.upload(late, 'late', csv, { mode: 'append' }), null)
  read(await ask('document.save', { ...saved, expectedVersion: 1, body: 'newer' }))
  // The chain goes on where the log had it: a gap would have been refused.
  assert.ok(planes.control.ledger.entries.slice(entries).some(({ action }) => action === 'recovery.restore'))
})

test('after the first start what it has seen is remembered again', async () => {
  const [older] = planes.control.documents.puts.filter(({ document }) => document === saved.id)
  assert.ok(older)
  planes.control.documents.serve(older)
  await planes.restart()
  client.forgetConversation()
  assert.equal((await ask('document.read', { id: saved.id })).meta.code, 'document.rolled_back')
  planes.control.documents.serve(
    planes.control.documents.puts.filter(({ document }) => document === saved.id)[1] ?? older,
  )
  assert.equal((read(await ask('document.read', { id: saved.id })) as Document).body, 'newer')
})

test('a control plane that has gone behind the kit is not believed', async () => {
  kit = read(await ask('recovery.kit', {})) as RecoveryKit
  await stopAndLose()
  await restoreDataFolder(dataFolder(), kit)
  const hidden = planes.control.roster.pop()
  assert.ok(hidden && digestOf(hidden) === kit.roster.digest)
  const starting = startDataPlane(planes.control, planes.home)
  // It keeps trying and never comes up: what it says is in its log.
  const log = join(dataFolder(), 'data.log')
  await waitUntil(() => existsSync(log) && readFileSync(log, 'utf8').includes('recovery.older'))
  assert.match(readFileSync(log, 'utf8'), /recovery\.older/)
  planes.control.roster.push(hidden)
  planes.data = await starting
  client.forgetConversation()
  assert.equal((await client.query('SELECT * FROM main.early')).meta.rows, 3)
})
