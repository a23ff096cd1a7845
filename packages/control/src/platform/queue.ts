/**
 * The job queue: pg-boss in a schema and role of its own. It holds tickets (ids only), which are added and taken in the
 * caller's transaction; what a ticket stands for, its attempts and leases are the jobs module's.
 */
import { PgBoss, type Db } from 'pg-boss'
import type { Transaction } from './database/transaction.ts'
import type { Log } from './log.ts'
import type { ServerAddress } from './database/server-address.ts'

export type TicketQueue = {
  /** Adds a ticket for a job of an organisation; it is there when the transaction commits. */
  readonly enqueue: (transaction: Transaction, organisation: string, job: string) => Promise<void>
  /** Takes up to `most` tickets of an organisation, oldest first; they are back if the transaction rolls back. */
  readonly take: (transaction: Transaction, organisation: string, most: number) => Promise<string[]>
  readonly stop: () => Promise<void>
}

const schema = 'queue'

/** Starts the queue as its own role; its tables are made at the first start. */
export async function startQueue(connection: ServerAddress, log: Log): Promise<TicketQueue> {
  const boss = new PgBoss({
    ...connection,
    schema,
    application_name: 'keyhold queue',
    max: 2,
    createSchema: false,
    schedule: false,
    superviseIntervalSeconds: 300,
    monitorVacuum: false,
    reindex: false,
  })
  boss.on('error', (error) => log.warn('queue.error', { error: error.name }))
  await boss.start()
  const made = new Map<string, Promise<void>>()

  async function ensureQueue(organisation: string): Promise<string> {
    const name = `jobs.${organisation}`
    const known = made.get(name) ?? boss.createQueue(name, { retryLimit: 0, retentionSeconds: yearSeconds })
    made.set(name, known)
    try {
      await known
    } catch (error) {
      made.delete(name)
      throw error
    }
    return name
  }
  return {
    async enqueue(transaction, organisation, job) {
      const name = await ensureQueue(organisation)
      await boss.send(name, { job }, { db: asQueueRole(transaction) })
    },
    async take(transaction, organisation, most) {
      const name = await ensureQueue(organisation)
      const db = asQueueRole(transaction)
      const tickets = await boss.fetch<{ job: string }>(name, { batchSize: most, db })
      if (tickets.length > 0)
        await boss.deleteJob(
          name,
          tickets.map(({ id }) => id),
          { db },
        )
      // Job ids are UUIDv7: their order is that of arrival.
      return tickets.map(({ data }) => data.job).sort()
    },
    stop: () => boss.stop({ graceful: false, close: true }),
  }
}

const yearSeconds = 365 * 24 * 3600

/** The three statements leave together, so that no other of the transaction runs under the queue's role. */
function asQueueRole(transaction: Transaction): Db {
  return {
    async executeSql(text, values) {
      const enter = transaction.sql('SET LOCAL ROLE keyhold_queue')
      const run = transaction.sql(text, values ?? [])
      const leave = transaction.sql('RESET ROLE')
      const [, rows] = await Promise.all([enter, run, leave])
      return { rows }
    },
  }
}
