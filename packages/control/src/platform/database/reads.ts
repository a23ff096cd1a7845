/** Reads of one tenant that arrive together share one connection and one read-only transaction. */
import { AppError } from '../errors.ts'
import type { Transaction } from './transaction.ts'

/** How many reads share a transaction at most. */
const mostShared = 64
/** How many transactions of one tenant may read at a time. */
const mostReaders = 2

type Waiting = { readonly run: (transaction: Transaction) => Promise<void>; readonly refuse: (error: unknown) => void }
type Queue = { waiting: Waiting[]; readers: number }
type RunShared = (organisation: string, work: (transaction: Transaction) => Promise<void>) => Promise<void>

export type SharedReads = <T>(organisation: string, work: (transaction: Transaction) => Promise<T>) => Promise<T>

/**
 * `work` must only read and must be repeatable: when a statement of a neighbour fails, PostgreSQL ends the shared
 * transaction, and each read of it is done again alone.
 */
export function createSharedReads(runShared: RunShared): SharedReads {
  const queues = new Map<string, Queue>()

  function queueOf(organisation: string): Queue {
    const known = queues.get(organisation)
    if (known) return known
    const made: Queue = { waiting: [], readers: 0 }
    queues.set(organisation, made)
    return made
  }
  async function serve(organisation: string, queue: Queue): Promise<void> {
    queue.readers += 1
    while (queue.waiting.length > 0) {
      const taken = queue.waiting.splice(0, mostShared)
      await runTogether(organisation, taken)
    }
    queue.readers -= 1
    if (queue.readers === 0) queues.delete(organisation)
  }
  async function runTogether(organisation: string, taken: readonly Waiting[]): Promise<void> {
    const failed: { waiting: Waiting; error: unknown }[] = []
    const runAll = async (transaction: Transaction) => {
      await Promise.all(
        taken.map((waiting) => waiting.run(transaction).catch((error: unknown) => failed.push({ waiting, error }))),
      )
    }
    const outcome = await runShared(organisation, runAll).catch((error: unknown) => ({ error }))
    for (const { waiting, error } of failed) {
      if (taken.length === 1 || error instanceof AppError) waiting.refuse(error)
      else await runShared(organisation, waiting.run).catch(waiting.refuse)
    }
    // Reads that have their answer already do not hear this.
    if (outcome) for (const { refuse } of taken) refuse(outcome.error)
  }

  return (organisation, work) =>
    new Promise((resolve, refuse) => {
      const queue = queueOf(organisation)
      queue.waiting.push({ run: async (transaction) => resolve(await work(transaction)), refuse })
      // On the next turn, so that reads of the same turn find themselves together.
      if (queue.readers < mostReaders)
        setImmediate(() => void (queue.readers < mostReaders && serve(organisation, queue)))
    })
}
