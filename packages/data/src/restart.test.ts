import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { TestClient } from './testing/test-client.ts'
import { startPlanes, startDataPlane, type Planes } from './testing/start-planes.ts'

let planes: Planes
let client: TestClient
const table = randomUUIDv7()

before(async () => {
  planes = await startPlanes()
  client = await TestClient.setUp(planes.control, planes.data.ready.setupLink ?? '')
  assert.equal(await client.upload(table, 'kept', Buffer.from('a\n1\n2\n')), null)
})
after(() => planes.stop())

async function assertServes(rows: number): Promise<void> {
  client.forgetConversation()
  const { meta } = await client.query('SELECT * FROM main.kept')
  assert.deepEqual([meta.outcome, meta.rows], ['result', rows], JSON.stringify(meta))
}

test('everything is still there after a stop and after a kill, and the set-up link is not shown again', async () => {
  await planes.restart()
  await assertServes(2)
  assert.equal(planes.data.ready.setupLink, null)
  await planes.restart('SIGKILL')
  await assertServes(2)
})

test('a killed data plane leaves no process and no plaintext folder behind', async () => {
  const { pid } = planes.data.child
  const children = childrenOf(pid ?? 0)
  assert.ok(children.length > 0)
  await planes.restart('SIGKILL')
  for (const child of children) assert.equal(isRunning(child), false)
  await assertServes(2)
})

test('a second data plane refuses the folder of a running one', async () => {
  await assert.rejects(startDataPlane(planes.control, planes.home), /data\.already_running/)
})

test('a crash between the commit and its answer neither loses nor repeats the load', async () => {
  const killed = Promise.withResolvers<void>()
  planes.control.afterCommit = () => {
    planes.data.child.kill('SIGKILL')
    killed.resolve()
  }
  void client.upload(table, 'kept', Buffer.from('a\n7\n8\n9\n'))
  await killed.promise
  planes.control.afterCommit = undefined
  await planes.restart('SIGKILL')
  await assertServes(3)
  assert.equal(await client.upload(table, 'kept', Buffer.from('a\n5\n'), { mode: 'append' }), null)
  await assertServes(4)
})

test('a crash before the commit leaves the table as it was, and the next attempt loads once', async () => {
  const killed = Promise.withResolvers<void>()
  planes.control.beforeCommit = () => {
    planes.data.child.kill('SIGKILL')
    killed.resolve()
    throw new Error('never happened')
  }
  const sealed = await client.sealUpload(table, Buffer.from('a\n1\n'))
  const closing = await client.signClosing(table, 'kept', sealed)
  const { id } = await planes.control.addUpload({ ...sealed.state, closing }, client.project)
  await killed.promise
  planes.control.beforeCommit = undefined
  await planes.restart('SIGKILL')
  await assertServes(4)
  const job = await planes.control.retry(id, client.project)
  assert.equal(await planes.control.ended(job), null)
  await assertServes(1)
})

test('a dropped link comes back by itself, and entries that waited are in the log once', async () => {
  planes.control.dropLink()
  await assertServes(1)
  const sequences = planes.control.ledger.entries.map(({ origin }) => (origin === 'control' ? 0 : origin.sequence))
  assert.deepEqual(
    sequences,
    sequences.map((_, index) => index + 1),
  )
})

test('a killed project process is replaced, and the next question is answered', async () => {
  const project = childrenOf(planes.data.child.pid ?? 0).find((pid) => commandOf(pid).includes('project/main.ts'))
  assert.ok(project)
  process.kill(project, 'SIGKILL')
  client.forgetConversation()
  const first = await client.query('SELECT * FROM main.kept').catch((error: unknown) => error)
  if (first instanceof Error) assert.equal((first as Error & { code?: string }).code, 'project.crashed')
  await assertServes(1)
})

function childrenOf(pid: number): number[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  const direct = all.filter((child) => parentOf(child) === pid)
  return [...direct, ...direct.flatMap(childrenOf)]
}

function parentOf(pid: number): number {
  const stat = readText(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

function commandOf(pid: number): string {
  return readText(`/proc/${pid}/cmdline`)
}

/** A zombie that nobody has reaped yet does not count. */
function isRunning(pid: number): boolean {
  return /\) [^Z]/.test(readText(`/proc/${pid}/stat`))
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
