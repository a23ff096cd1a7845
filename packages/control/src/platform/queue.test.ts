import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import { startTestPostgres, type TestDatabase, type TestPostgres } from '../testing/postgres.ts'
import type { Transaction } from './database/transaction.ts'
import { silentLog } from './log.ts'
import { startQueue, type TicketQueue } from './queue.ts'

let postgres: TestPostgres
let clone: TestDatabase
let queue: TicketQueue
const organisation = randomUUIDv7()

before(async () => {
  postgres = await startTestPostgres()
  clone = await postgres.create()
  queue = await startQueue(clone.connect('keyhold_queue'), silentLog)
})
after(async () => {
  await queue.stop()
  await clone.close()
  await postgres.stop()
})

const run = <T>(work: (tx: Transaction) => Promise<T>) => clone.database.withTenant({ organisation }, work)
const takeAll = () => run((tx) => queue.take(tx, organisation, 10))

async function failing(work: (tx: Transaction) => Promise<unknown>): Promise<void> {
  const rolledBack = run(async (tx) => {
    await work(tx)
    throw new Error('rolled back')
  })
  await assert.rejects(rolledBack, /rolled back/)
}

test('a ticket shares its transaction: it comes with the commit and goes with the rollback', async () => {
  await failing((tx) => queue.enqueue(tx, organisation, 'never'))
  assert.deepEqual(await takeAll(), [])
  await run((tx) => queue.enqueue(tx, organisation, 'once'))
  assert.deepEqual(await takeAll(), ['once'])
  assert.deepEqual(await takeAll(), [])
})

test('a ticket taken in a transaction that rolls back is there again', async () => {
  await run((tx) => queue.enqueue(tx, organisation, 'again'))
  await failing(async (tx) => assert.deepEqual(await queue.take(tx, organisation, 1), ['again']))
  assert.deepEqual(await takeAll(), ['again'])
})

test('two that take at the same time never get the same ticket', async () => {
  const jobs = Array.from({ length: 20 }, () => randomUUIDv7())
  await run(async (tx) => {
    for (const job of jobs) await queue.enqueue(tx, organisation, job)
  })
  const taken = await Promise.all([takeAll(), takeAll(), takeAll(), takeAll()])
  assert.deepEqual(taken.flat().toSorted(), jobs.toSorted())
})

test('KEB-18: an organisation gets its own tickets only', async () => {
  await run((tx) => queue.enqueue(tx, organisation, 'mine'))
  const other = randomUUIDv7()
  assert.deepEqual(await clone.database.withTenant({ organisation: other }, (tx) => queue.take(tx, other, 10)), [])
  assert.deepEqual(await takeAll(), ['mine'])
})

test('the queue’s role ends with its statement: the rest of the transaction runs as the application', async () => {
  const user = await run(async (tx) => {
    const [, rows] = await Promise.all([
      queue.enqueue(tx, organisation, 'beside'),
      tx.sql<{ name: string }>('SELECT current_user AS name'),
    ])
    return rows[0]?.name
  })
  assert.equal(user, 'keyhold_app')
  await assert.rejects(
    run((tx) => tx.sql('SELECT * FROM queue.job')),
    { code: '42501' },
  )
  await takeAll()
})
