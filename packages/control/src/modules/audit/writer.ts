/**
 * The writer of one log: gathers entries and integrates them batch by batch, one batch at a time. Someone who waits
 * starts a batch at once; reads alone are gathered for a moment.
 */
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import type { Tile } from '@keyhold/ledger'
import type { Database } from '../../platform/database/database.ts'
import type { Log } from '../../platform/log.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'
import { failAudit } from './errors.ts'
import { integrateBatch, loadState, LogMoved, type Integrated, type LogState } from './integrate-batch.ts'
import type { Item } from './item.ts'
import { ensureLogKey, type LogKey } from './keys.ts'
import { readHead } from './store.ts'

/** Entries in memory that wait for their batch; full means that reads are refused. */
const mostQueued = 65_536
const mostInBatch = 4096
const mostToldAtOnce = 256
/** How long reads are gathered. */
const gatherMilliseconds = 40
/** An entry that has waited this long means that the log is behind. */
const latestMilliseconds = 1000
/** How long a change waits for its batch before it says that the entry is late. */
const patienceMilliseconds = 15_000
/** How long closing tries to write what is queued. */
const closingMilliseconds = 5_000

export type Written = {
  readonly first: number
  readonly note: string
  readonly size: number
  /** Tiles that the batch wrote, newest state of the right edge. */
  readonly tiles: readonly Tile[]
}

export type Writer = {
  /** Queues entries that nobody waits for. @throws `audit.queue_full` */
  readonly enqueue: (item: Item) => void
  /** Queues entries, which stay together, and waits until they are durable and in the tree. */
  readonly write: (items: readonly Item[]) => Promise<Written>
  /** Waits until an outbox row that has been committed is in the tree. */
  readonly integrate: (outboxId: string) => Promise<void>
  /** Integrates what the outbox holds, whoever put it there. */
  readonly sweep: () => Promise<void>
  /** False while batches fail. */
  readonly isWriting: () => boolean
  readonly readKey: () => Promise<LogKey>
  /** Resolves at the next batch that has news, or after the time. */
  readonly waitForNews: (milliseconds: number) => Promise<void>
  /** Writes what is queued, trying for some seconds; what comes after is refused. */
  readonly close: () => Promise<void>
}

type Waiting = {
  readonly items: readonly Item[]
  readonly since: number
  readonly settle?: { readonly resolve: (written: Written) => void; readonly reject: (error: unknown) => void }
}

type OutboxWaiter = {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
  readonly since: number
}

/** A batch under way; `done` is set once all of it was sent but the COMMIT. */
type Attempt = { readonly taken: readonly Waiting[]; readonly outbox: boolean; done: Integrated | undefined }

const uniqueViolation = '23505'

export type WriterParts = {
  readonly organisation: string
  readonly database: Database
  readonly platformKey: PlatformKey
  readonly log: Log
  readonly now: () => Date
}

export function createWriter(parts: WriterParts): Writer {
  const { organisation, database, platformKey, log, now } = parts
  let queue: Waiting[] = []
  let queued = 0
  let unsure: Attempt | undefined
  const outboxWaiters = new Map<string, OutboxWaiter>()
  let outboxPending = false
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let failing = false
  /** Time after which a closing writer gives up. */
  let deadline = Number.POSITIVE_INFINITY
  let closed = false
  let state: LogState | undefined
  let key: Promise<LogKey> | undefined
  const newsWaiters = new Set<() => void>()

  const readKey = () => {
    key ??= database
      .withTenant({ organisation }, (tx) => ensureLogKey(tx, organisation, platformKey, now().toISOString()))
      .catch((error: unknown) => {
        key = undefined
        throw error
      })
    return key
  }

  const hasWork = () => queue.length > 0 || outboxPending || unsure !== undefined

  function push(waiting: Waiting): void {
    queue.push(waiting)
    queued += waiting.items.length
  }
  function start(): void {
    if (closed) return
    clearTimeout(timer)
    timer = undefined
    running ??= run().finally(() => {
      running = undefined
      if (hasWork() && performance.now() < deadline) start()
    })
  }
  function startSoon(): void {
    if (running || timer || closed) return
    timer = setTimeout(start, gatherMilliseconds)
  }
  async function run(): Promise<void> {
    let pause = 50
    while (hasWork()) {
      try {
        await step()
        failing = false
        pause = 50
      } catch (error) {
        if (error instanceof LogMoved) continue
        if (!failing) log.error('audit.write_failed', { organisation }, error)
        failing = true
        refusePatient()
        if (performance.now() > deadline) return
        await delay(pause)
        pause = Math.min(pause * 2, 1000)
      }
    }
  }
  async function step(): Promise<void> {
    if (unsure) return settleUnsure(unsure)
    const attempt: Attempt = { taken: takeBatch(), outbox: outboxPending, done: undefined }
    outboxPending = false
    try {
      await integrate(attempt)
      finish(attempt.taken, attempt.done as Integrated)
    } catch (error) {
      state = undefined
      // Everything was sent: whether the commit went through is to be read from the log itself.
      if (attempt.done && !(error instanceof LogMoved)) unsure = attempt
      else giveBack(attempt, error)
      throw error
    }
  }
  async function settleUnsure(attempt: Attempt): Promise<void> {
    const head = await database.withTenant({ organisation }, (transaction) => readHead(transaction, organisation))
    unsure = undefined
    if (head?.note === attempt.done?.state.note) finish(attempt.taken, attempt.done as Integrated)
    else giveBack(attempt)
  }
  function takeBatch(): Waiting[] {
    let count = 0
    let end = 0
    while (end < queue.length && (end === 0 || count + (queue[end] as Waiting).items.length <= mostInBatch)) {
      count += (queue[end] as Waiting).items.length
      end += 1
    }
    queued -= count
    return queue.splice(0, end)
  }
  function giveBack({ taken, outbox }: Attempt, error?: unknown): void {
    outboxPending ||= outbox
    const refused = (error as { code?: string } | undefined)?.code === uniqueViolation
    const kept = taken.filter(({ items, settle }) => {
      // A data plane's entry that the log has already would fail for ever; its caller looks again.
      const repeated = refused && items.some(({ dataPlane }) => dataPlane !== null)
      if (repeated) settle?.reject(error)
      return !repeated
    })
    queue = [...kept, ...queue]
    queued += kept.reduce((sum, { items }) => sum + items.length, 0)
  }
  async function integrate(attempt: Attempt): Promise<void> {
    const logKey = await readKey()
    const items = attempt.taken.flatMap((waiting) => waiting.items)
    await database.withTenant({ organisation }, async (transaction) => {
      state ??= await loadState(transaction, organisation)
      attempt.done = await integrateBatch(transaction, {
        organisation,
        state,
        key: logKey,
        items,
        outbox: attempt.outbox ? mostInBatch : 0,
        now: now().toISOString(),
      })
    })
  }
  /**
   * Takes a batch as written. Those who wait hear of it on the next turn: by then the next batch is on its way, and the
   * database works while they do.
   */
  function finish(taken: readonly Waiting[], done: Integrated): void {
    state = done.state
    if (done.taken.length === mostInBatch) outboxPending = true
    setImmediate(() => void tell(taken, done))
  }
  async function tell(taken: readonly Waiting[], done: Integrated): Promise<void> {
    for (const id of done.taken) {
      outboxWaiters.get(id)?.resolve()
      outboxWaiters.delete(id)
    }
    if (done.news) {
      for (const wake of newsWaiters) wake()
      newsWaiters.clear()
    }
    const { note, frontier } = done.state
    let first = done.first
    for (const [i, { items, settle }] of taken.entries()) {
      // In portions: a batch's bytes leave through the same event loop in which those who hear this go on working.
      if (i % mostToldAtOnce === mostToldAtOnce - 1) await nextTurn()
      settle?.resolve({ first, note: note as string, size: frontier.size, tiles: done.tiles })
      first += items.length
    }
  }
  /** Tells those who have waited long; their entries stay queued, or in the outbox, and get into the tree later. */
  function refusePatient(): void {
    const late = (since: number) => performance.now() - since > patienceMilliseconds
    for (const { settle, since } of queue)
      if (late(since)) settle?.reject(failAudit('audit.delayed', { retryAfter: 5 }))
    for (const [id, { reject, since }] of outboxWaiters) {
      if (!late(since)) continue
      outboxWaiters.delete(id)
      reject(failAudit('audit.delayed', { retryAfter: 5 }))
    }
  }
  function isLate(): boolean {
    const oldest = queue[0]
    return oldest !== undefined && performance.now() - oldest.since > latestMilliseconds
  }

  return {
    enqueue(item) {
      if (closed) throw failAudit('audit.unavailable')
      if (queued >= mostQueued || isLate()) throw failAudit('audit.queue_full', { retryAfter: 1 })
      push({ items: [item], since: performance.now() })
      startSoon()
    },
    write(items) {
      if (closed) return Promise.reject(failAudit('audit.unavailable'))
      const written = new Promise<Written>((resolve, reject) =>
        push({ items, since: performance.now(), settle: { resolve, reject } }),
      )
      start()
      return written
    },
    integrate(outboxId) {
      const done = new Promise<void>((resolve, reject) =>
        outboxWaiters.set(outboxId, { resolve, reject, since: performance.now() }),
      )
      outboxPending = true
      start()
      return done
    },
    async sweep() {
      outboxPending = true
      start()
      await running
    },
    isWriting: () => !failing && !isLate(),
    readKey,
    waitForNews: (milliseconds) =>
      new Promise((resolve) => {
        const wake = () => {
          clearTimeout(limit)
          newsWaiters.delete(wake)
          resolve()
        }
        const limit = setTimeout(wake, milliseconds)
        newsWaiters.add(wake)
      }),
    async close() {
      deadline = performance.now() + closingMilliseconds
      for (const wake of newsWaiters) wake()
      if (hasWork()) start()
      await running
      closed = true
      clearTimeout(timer)
      if (queued > 0) log.error('audit.lost', { organisation, entries: queued })
    },
  }
}
