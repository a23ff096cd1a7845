/**
 * The writer of one log: gathers entries and integrates them batch by batch, one batch at a time. Someone who waits
 * starts a batch at once; reads alone are gathered for a moment.
 */
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import type { Tile } from '@keyhold/ledger'
import type { Database } from '../../platform/database/database.ts'
import type { AppError } from '../../platform/errors.ts'
import type { Log } from '../../platform/log.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'
import { failAudit } from './errors.ts'
import { integrateBatch, loadState, LogMoved, type Integrated, type LogState } from './integrate-batch.ts'
import type { Item } from './item.ts'
import { ensureLogKey, type LogKey } from './keys.ts'
import { createNews } from './news.ts'
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
const uniqueViolation = '23505'

/** Where entries are in the tree, and the batch's own tiles for proving it. */
export type Written = {
  readonly first: number
  readonly note: string
  readonly size: number
  readonly tiles: readonly Tile[]
}

export type WriterParts = {
  readonly organisation: string
  readonly database: Database
  readonly platformKey: PlatformKey
  readonly log: Log
  readonly now: () => Date
}

/** Someone who waits, since `since` (performance.now). */
type Waiter<T> = {
  readonly since: number
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}
/** Entries that stay together; without `waiter` nobody waits for them. */
type Queued = { readonly items: readonly Item[]; readonly since: number; readonly waiter?: Waiter<Written> }
/** A batch under way; `done` is set once all of it was sent but the COMMIT. */
type Attempt = { readonly taken: readonly Queued[]; readonly outbox: boolean; done: Integrated | undefined }

export class Writer {
  readonly #parts: WriterParts
  readonly #news = createNews()
  #queue: Queued[] = []
  /** Entries in `#queue`. */
  #count = 0
  /** Outbox rows of this process that are not known to be in the tree. */
  readonly #outboxWaiters = new Map<string, Waiter<void>>()
  #outboxPending = false
  #running: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #failing = false
  /** Time after which a closing writer gives up. */
  #deadline = Number.POSITIVE_INFINITY
  #closed = false
  /** The log's state after the last batch; undefined makes the next batch read it. */
  #state: LogState | undefined
  #key: Promise<LogKey> | undefined
  /** A batch of which nobody knows whether it was committed. */
  #unsure: Attempt | undefined

  constructor(parts: WriterParts) {
    this.#parts = parts
  }

  /** Queues an entry that nobody waits for. @throws `audit.queue_full`, `audit.unavailable` */
  enqueue(item: Item): void {
    if (this.#closed) throw failAudit('audit.unavailable')
    if (this.#count >= mostQueued || this.#isLate()) throw failAudit('audit.queue_full', { retryAfter: 1 })
    this.#push({ items: [item], since: performance.now() })
    if (!this.#running && !this.#timer) this.#timer = setTimeout(() => this.#start(), gatherMilliseconds)
  }

  /** Queues entries, which stay together, and waits until they are durable and in the tree. */
  write(items: readonly Item[]): Promise<Written> {
    if (this.#closed) return Promise.reject(failAudit('audit.unavailable'))
    return new Promise((resolve, reject) => {
      const since = performance.now()
      this.#push({ items, since, waiter: { since, resolve, reject } })
      this.#start()
    })
  }

  /** Waits until an outbox row that has been committed is in the tree. @throws `audit.delayed` */
  integrate(outboxId: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#outboxWaiters.set(outboxId, { since: performance.now(), resolve, reject })
      this.#outboxPending = true
      this.#start()
    })
  }

  /** Integrates what the outbox holds, whoever put it there. */
  async sweep(): Promise<void> {
    this.#outboxPending = true
    this.#start()
    await this.#running
  }

  /** False while batches fail or are late. */
  isWriting(): boolean {
    return !this.#failing && !this.#isLate()
  }

  /** The log's key, made at the first use. */
  readKey(): Promise<LogKey> {
    const { database, organisation, platformKey, now } = this.#parts
    this.#key ??= database
      .withTenant({ organisation }, (tx) => ensureLogKey(tx, organisation, platformKey, now().toISOString()))
      .catch((error: unknown) => {
        this.#key = undefined
        throw error
      })
    return this.#key
  }

  /** Resolves at the next batch with more in it than readings of the log, or after the time. */
  waitForNews(milliseconds: number): Promise<void> {
    return this.#news.wait(milliseconds)
  }

  /** Writes what is queued, trying for some seconds; what comes after is refused. */
  async close(): Promise<void> {
    this.#deadline = performance.now() + closingMilliseconds
    this.#news.tell()
    if (this.#hasWork()) this.#start()
    await this.#running
    this.#closed = true
    clearTimeout(this.#timer)
    if (this.#count > 0) this.#log.error('audit.lost', { organisation: this.#parts.organisation, entries: this.#count })
  }

  get #log(): Log {
    return this.#parts.log
  }

  #hasWork(): boolean {
    return this.#queue.length > 0 || this.#outboxPending || this.#unsure !== undefined
  }

  #isLate(): boolean {
    const oldest = this.#queue[0]
    return oldest !== undefined && performance.now() - oldest.since > latestMilliseconds
  }

  #push(queued: Queued): void {
    this.#queue.push(queued)
    this.#count += queued.items.length
  }

  #start(): void {
    if (this.#closed) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      if (this.#hasWork() && performance.now() < this.#deadline) this.#start()
    })
  }

  async #run(): Promise<void> {
    let pause = 50
    while (this.#hasWork()) {
      try {
        await this.#step()
        this.#failing = false
        pause = 50
      } catch (error) {
        if (error instanceof LogMoved) continue
        this.#noteFailure(error)
        if (performance.now() > this.#deadline) return
        await delay(pause)
        pause = Math.min(pause * 2, 1000)
      }
    }
  }

  async #step(): Promise<void> {
    if (this.#unsure) return this.#settleUnsure(this.#unsure)
    const attempt: Attempt = { taken: this.#takeBatch(), outbox: this.#outboxPending, done: undefined }
    this.#outboxPending = false
    try {
      this.#finish(attempt.taken, await this.#integrate(attempt))
    } catch (error) {
      this.#state = undefined
      // Everything was sent: whether the commit went through is to be read from the log itself.
      if (attempt.done && !(error instanceof LogMoved)) this.#unsure = attempt
      else this.#giveBack(attempt, error)
      throw error
    }
  }

  async #settleUnsure(attempt: Attempt): Promise<void> {
    const { database, organisation } = this.#parts
    const head = await database.withTenant({ organisation }, (transaction) => readHead(transaction, organisation))
    this.#unsure = undefined
    if (attempt.done && head?.note === attempt.done.state.note) this.#finish(attempt.taken, attempt.done)
    else this.#giveBack(attempt)
  }

  #takeBatch(): Queued[] {
    let count = 0
    let end = 0
    for (const { items } of this.#queue) {
      if (end > 0 && count + items.length > mostInBatch) break
      count += items.length
      end += 1
    }
    this.#count -= count
    return this.#queue.splice(0, end)
  }

  #giveBack({ taken, outbox }: Attempt, error?: unknown): void {
    this.#outboxPending ||= outbox
    const refused = (error as { code?: string } | undefined)?.code === uniqueViolation
    const kept = taken.filter(({ items, waiter }) => {
      // A data plane's entry that the log has already would fail for ever; its caller looks again.
      const repeated = refused && items.some(({ dataPlane }) => dataPlane !== null)
      if (repeated) waiter?.reject(error)
      return !repeated
    })
    this.#queue = [...kept, ...this.#queue]
    this.#count += kept.reduce((sum, { items }) => sum + items.length, 0)
  }

  async #integrate(attempt: Attempt): Promise<Integrated> {
    const { database, organisation, now } = this.#parts
    const key = await this.readKey()
    const items = attempt.taken.flatMap((queued) => queued.items)
    const outbox = attempt.outbox ? mostInBatch : 0
    return database.withTenant({ organisation }, async (transaction) => {
      this.#state ??= await loadState(transaction, organisation)
      const batch = { organisation, state: this.#state, key, items, outbox, now: now().toISOString() }
      attempt.done = await integrateBatch(transaction, batch)
      return attempt.done
    })
  }

  /**
   * Takes a batch as written. Those who wait hear of it on the next turn: by then the next batch is on its way, and the
   * database works while they do.
   */
  #finish(taken: readonly Queued[], done: Integrated): void {
    this.#state = done.state
    if (done.taken.length === mostInBatch) this.#outboxPending = true
    setImmediate(() => void this.#tell(taken, done))
  }

  async #tell(taken: readonly Queued[], done: Integrated): Promise<void> {
    for (const id of done.taken) {
      this.#outboxWaiters.get(id)?.resolve()
      this.#outboxWaiters.delete(id)
    }
    if (done.news) this.#news.tell()
    const { note, frontier } = done.state
    let first = done.first
    for (const [i, { items, waiter }] of taken.entries()) {
      // In portions: a batch's bytes leave through the same event loop in which those who hear this go on working.
      if (i % mostToldAtOnce === mostToldAtOnce - 1) await nextTurn()
      waiter?.resolve({ first, note: note as string, size: frontier.size, tiles: done.tiles })
      first += items.length
    }
  }

  /** Also tells those who have waited long; their entries stay queued, or in the outbox, and get into the tree later. */
  #noteFailure(error: unknown): void {
    if (!this.#failing) this.#log.error('audit.write_failed', { organisation: this.#parts.organisation }, error)
    this.#failing = true
    const late = failAudit('audit.delayed', { retryAfter: 5 })
    for (const { waiter } of this.#queue) if (waiter) refuseLate(waiter, late)
    for (const [id, waiter] of this.#outboxWaiters) if (refuseLate(waiter, late)) this.#outboxWaiters.delete(id)
  }
}

function refuseLate({ since, reject }: Pick<Waiter<never>, 'since' | 'reject'>, late: AppError): boolean {
  if (performance.now() - since < patienceMilliseconds) return false
  reject(late)
  return true
}
