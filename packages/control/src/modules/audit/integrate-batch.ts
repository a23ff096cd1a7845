/** One batch into the tree: entries, tiles and a signed checkpoint in one transaction, sent without waiting in between. */
import { appendLeaves, emptyFrontier, frontierRoot, signCheckpoint, type Frontier, type Tile } from '@keyhold/ledger'
import type { Transaction } from '../../platform/database/transaction.ts'
import { unpackItem, type Item } from './item.ts'
import type { LogKey } from './keys.ts'
import { insertItems, loadFrontier, moveHead, readHead, takeOutbox, writeTiles, type Head } from './store.ts'

/** Thrown when another node has appended meanwhile: load the log's state again and repeat. */
export class LogMoved extends Error {}

/** What a writer remembers between batches. */
export type LogState = { readonly frontier: Frontier; readonly note: string | null }

export type Batch = {
  readonly organisation: string
  readonly state: LogState
  readonly key: LogKey
  readonly items: readonly Item[]
  /** How many to take out of the outbox; 0 does not look. */
  readonly outbox: number
  readonly now: string
}

export type Integrated = {
  readonly state: LogState
  /** Index of the first of `items`. */
  readonly first: number
  /** Outbox rows that are now in the tree. */
  readonly taken: readonly string[]
  readonly tiles: readonly Tile[]
  /** Whether there is anything in the batch but reading of the log. */
  readonly news: boolean
}

export async function loadState(transaction: Transaction, organisation: string): Promise<LogState> {
  const head = await readHead(transaction, organisation)
  if (!head) return { frontier: emptyFrontier, note: null }
  return { frontier: await loadFrontier(transaction, organisation, head.size), note: head.note }
}

/**
 * Integrates a batch.
 *
 * @throws LogMoved
 */
export async function integrateBatch(transaction: Transaction, batch: Batch): Promise<Integrated> {
  const { organisation, state } = batch
  const waiting = batch.outbox > 0 ? await takeOutbox(transaction, organisation, batch.outbox) : []
  const items = [...waiting.map(({ item }) => unpackItem(item)), ...batch.items]
  const taken = waiting.map(({ id }) => id)
  if (items.length === 0) return { state, first: state.frontier.size, taken, tiles: [], news: false }
  const { frontier, tiles } = appendLeaves(state.frontier, concatLeaves(items))
  const head = await signHead(batch.key, frontier)
  const [moved] = await Promise.all([
    moveHead(transaction, organisation, state.frontier.size, head, batch.now),
    insertItems(transaction, organisation, state.frontier.size, items),
    writeTiles(transaction, organisation, tiles),
  ])
  if (!moved) throw new LogMoved()
  return {
    state: { frontier, note: head.note },
    first: state.frontier.size + waiting.length,
    taken,
    tiles,
    news: items.some(({ action }) => action !== 'audit.list'),
  }
}

async function signHead(key: LogKey, frontier: Frontier): Promise<Head> {
  const root = frontierRoot(frontier)
  const note = await signCheckpoint({ origin: key.origin, size: frontier.size, root }, [key.signer])
  return { size: frontier.size, root: Buffer.from(root), note }
}

function concatLeaves(items: readonly Item[]): Uint8Array {
  const leaves = new Uint8Array(items.length * 32)
  items.forEach(({ leafHash }, i) => leaves.set(leafHash, i * 32))
  return leaves
}
