/** The tables of the log. Batches go in as a handful of statements, whatever their size. */
import type { Frontier, Tile, TileReader } from '@keyhold/ledger'
import { readFrontier } from '@keyhold/ledger'
import { encodeArray, encodeIntegers } from '../../platform/database/binary.ts'
import { build } from '../../platform/database/build.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Item, Outcome } from './item.ts'

export type Head = { readonly size: number; readonly root: Buffer; readonly note: string }

export async function readHead(transaction: Transaction, organisation: string): Promise<Head | undefined> {
  return transaction.first(
    build.selectFrom('ledger_checkpoints').select(['size', 'root', 'note']).where('organisation', '=', organisation),
  )
}

/** Reads the tiles of a log; a wider tile stands in for a narrower one. */
export function createTileReader(transaction: Transaction, organisation: string): TileReader {
  return async (level, index) => {
    const [row] = await transaction.prepared<{ hashes: Buffer }>(
      'ledger tile',
      'SELECT hashes FROM ledger_tiles WHERE organisation = $1 AND level = $2 AND index = $3',
      [organisation, level, index],
    )
    return row?.hashes ?? Buffer.alloc(0)
  }
}

export async function loadFrontier(transaction: Transaction, organisation: string, size: number): Promise<Frontier> {
  return readFrontier(createTileReader(transaction, organisation), size)
}

/** Takes waiting entries out of the outbox, oldest first. */
export async function takeOutbox(
  transaction: Transaction,
  organisation: string,
  most: number,
): Promise<{ id: string; item: Buffer }[]> {
  const rows = await transaction.prepared<{ id: string; item: Buffer }>(
    'ledger take outbox',
    `DELETE FROM ledger_outbox WHERE organisation = $1 AND id IN
       (SELECT id FROM ledger_outbox WHERE organisation = $1 ORDER BY id LIMIT $2)
     RETURNING id, item`,
    [organisation, most],
  )
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1))
}

export async function addToOutbox(
  transaction: Transaction,
  organisation: string,
  id: string,
  item: Buffer,
): Promise<void> {
  await transaction.prepared(
    'ledger add outbox',
    'INSERT INTO ledger_outbox (organisation, id, item) VALUES ($1, $2, $3)',
    [organisation, id, item],
  )
}

/**
 * Moves the log's head from one size to the next; serialises writers on its row. False when another node has moved it.
 */
export async function moveHead(
  transaction: Transaction,
  organisation: string,
  from: number,
  head: Head,
  now: string,
): Promise<boolean> {
  const rows = await transaction.prepared(
    'ledger move head',
    `INSERT INTO ledger_checkpoints AS c (organisation, size, root, note, changed) VALUES ($1, $3, $4, $5, $6)
     ON CONFLICT (organisation) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note,
       changed = excluded.changed WHERE c.size = $2
     RETURNING size`,
    [organisation, from, head.size, head.root, head.note, now],
  )
  return rows.length === 1
}

/** Inserts entries from index `first` on, with their personal fields. */
export async function insertItems(
  transaction: Transaction,
  organisation: string,
  first: number,
  items: readonly Item[],
): Promise<void> {
  const texts = (pick: (item: Item) => string | null) => encodeArray('text', items.map(pick))
  const entries = transaction.prepared(
    'ledger insert entries',
    `INSERT INTO ledger_entries
       (organisation, index, time, action, outcome, data_plane, data_plane_sequence, salt, entry, signature, personal)
     SELECT $1, $2::bigint + n - 1, time::timestamptz, action, outcome, data_plane::uuid, sequence, salt, entry, signature,
       personal::uuid
     FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bytea[], $9::text[], $10::text[],
       $11::text[]) WITH ORDINALITY
       AS rows (time, action, outcome, data_plane, sequence, salt, entry, signature, personal, n)`,
    [
      organisation,
      first,
      texts((item) => item.time),
      texts((item) => item.action),
      texts((item) => item.outcome),
      texts((item) => item.dataPlane),
      encodeIntegers(items.map((item) => item.sequence)),
      encodeArray(
        'bytea',
        items.map((item) => item.salt),
      ),
      texts((item) => item.entry),
      texts((item) => item.signature),
      texts((item) => item.personal?.id ?? null),
    ],
  )
  await Promise.all([entries, insertPersonal(transaction, organisation, items)])
}

/** A row may be there from an earlier batch; of those who were erased none comes back. */
async function insertPersonal(transaction: Transaction, organisation: string, items: readonly Item[]): Promise<void> {
  const rows = [...new Set(items.map(({ personal }) => personal))].filter((row) => row !== null)
  if (rows.length === 0) return
  await transaction.prepared(
    'ledger insert personal',
    `INSERT INTO ledger_personal (organisation, id, subject, sealed)
     SELECT $1, id::uuid, subject, sealed FROM unnest($2::text[], $3::text[], $4::bytea[]) AS rows (id, subject, sealed)
     WHERE NOT EXISTS (SELECT 1 FROM ledger_erased e WHERE e.organisation = $1 AND e.subject = rows.subject)
     ON CONFLICT (organisation, id) DO NOTHING`,
    [
      organisation,
      encodeArray(
        'text',
        rows.map(({ id }) => id),
      ),
      encodeArray(
        'text',
        rows.map(({ subject }) => subject),
      ),
      encodeArray(
        'bytea',
        rows.map(({ sealed }) => sealed),
      ),
    ],
  )
}

export async function writeTiles(
  transaction: Transaction,
  organisation: string,
  tiles: readonly Tile[],
): Promise<void> {
  await transaction.prepared(
    'ledger write tiles',
    `INSERT INTO ledger_tiles (organisation, level, index, width, hashes)
     SELECT $1, level, index, width, hashes
     FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[]) AS rows (level, index, width, hashes)
     ON CONFLICT (organisation, level, index) DO UPDATE SET width = excluded.width, hashes = excluded.hashes`,
    [
      organisation,
      encodeIntegers(tiles.map(({ level }) => level)),
      encodeIntegers(tiles.map(({ index }) => index)),
      encodeIntegers(tiles.map(({ width }) => width)),
      encodeArray(
        'bytea',
        tiles.map(({ hashes }) => hashes),
      ),
    ],
  )
}

export type StoredEntry = {
  readonly index: number
  readonly salt: Buffer
  readonly entry: string
  readonly signature: string | null
  /** Null when it had none or they were erased. */
  readonly personal: { readonly id: string; readonly sealed: Buffer } | null
}

export type EntryFilter = {
  readonly from: number
  readonly below?: number
  readonly newestFirst?: boolean
  readonly limit: number
  readonly action?: string
  readonly outcome?: Outcome
  /** Id or kind. */
  readonly actor?: string
  readonly project?: string
  /** Lower-case words that all occur in the entry. */
  readonly words?: readonly string[]
  /** ISO 8601; `until` is not included. */
  readonly since?: string
  readonly until?: string
}

export async function readEntries(
  transaction: Transaction,
  organisation: string,
  filter: EntryFilter,
): Promise<StoredEntry[]> {
  const rows = await transaction.prepared<Omit<StoredEntry, 'personal'> & { personal: string; sealed: Buffer | null }>(
    filter.newestFirst ? 'ledger newest entries' : 'ledger entries',
    `SELECT e.index, e.salt, e.entry, e.signature, e.personal, p.sealed
     FROM ledger_entries e LEFT JOIN ledger_personal p ON p.organisation = e.organisation AND p.id = e.personal
     WHERE e.organisation = $1 AND e.index >= $2 AND ($3::bigint IS NULL OR e.index < $3)
       AND ($4::text IS NULL OR e.action = $4) AND ($5::text IS NULL OR e.outcome = $5)
       AND ($7::timestamptz IS NULL OR e.time >= $7) AND ($8::timestamptz IS NULL OR e.time < $8)
       AND ($9::text IS NULL OR e.entry::jsonb #>> '{actor,id}' = $9 OR e.entry::jsonb #>> '{actor,kind}' = $9)
       AND ($10::text IS NULL OR e.entry::jsonb ->> 'project' = $10)
       AND ($11::text[] IS NULL
         OR (SELECT bool_and(position(word IN lower(e.entry)) > 0) FROM unnest($11::text[]) AS words (word)))
     ORDER BY e.index ${filter.newestFirst ? 'DESC' : 'ASC'} LIMIT $6`,
    [organisation, filter.from, filter.below ?? null, ...describeFilter(filter)],
  )
  return rows.map(({ personal, sealed, ...row }) => ({ ...row, personal: sealed && { id: personal, sealed } }))
}

function describeFilter({ action, outcome, limit, since, until, actor, project, words }: EntryFilter): unknown[] {
  const given = [action, outcome, limit, since, until, actor, project, words?.length ? words : undefined]
  return given.map((value) => value ?? null)
}

/** Whether there is an entry from `from` on that is more than someone following the log. */
export async function hasNews(transaction: Transaction, organisation: string, filter: EntryFilter): Promise<boolean> {
  const rows = await transaction.sql(
    `SELECT 1 FROM ledger_entries WHERE organisation = $1 AND index >= $2
       AND action NOT IN ('audit.list', 'audit.checkpoint', 'audit.consistency', 'audit.proof',
         'ledger.list', 'ledger.checkpoint', 'installation.health')
       AND ($3::text IS NULL OR action = $3) AND ($4::text IS NULL OR outcome = $4) LIMIT 1`,
    [organisation, filter.from, filter.action ?? null, filter.outcome ?? null],
  )
  return rows.length > 0
}

export async function insertDataPlaneKey(
  transaction: Transaction,
  organisation: string,
  dataPlane: string,
  publicKey: Uint8Array,
): Promise<void> {
  await transaction.change(
    build
      .insertInto('ledger_data_planes')
      .values({ organisation, data_plane: dataPlane, public_key: Buffer.from(publicKey) })
      .onConflict((conflict) => conflict.doNothing()),
  )
}

export async function readDataPlaneKeys(transaction: Transaction, organisation: string): Promise<Buffer[]> {
  const rows = await transaction.rows(
    build.selectFrom('ledger_data_planes').select('public_key').where('organisation', '=', organisation),
  )
  return rows.map((row) => row.public_key)
}

export type ChainEntry = { readonly index: number; readonly sequence: number; readonly entry: string }
type SignedChainEntry = ChainEntry & { readonly signature: string | null }

/** The newest entry that a data plane has in the log. */
export async function readChainHead(
  transaction: Transaction,
  organisation: string,
  dataPlane: string,
): Promise<SignedChainEntry | undefined> {
  const [row] = await transaction.sql<SignedChainEntry>(
    `SELECT index, data_plane_sequence AS sequence, entry, signature FROM ledger_entries
     WHERE organisation = $1 AND data_plane = $2 ORDER BY data_plane_sequence DESC LIMIT 1`,
    [organisation, dataPlane],
  )
  return row
}

/** Entries of a data plane with these sequences. */
export async function readChainEntries(
  transaction: Transaction,
  organisation: string,
  dataPlane: string,
  from: number,
  to: number,
): Promise<ChainEntry[]> {
  return transaction.sql<ChainEntry>(
    `SELECT index, data_plane_sequence AS sequence, entry FROM ledger_entries
     WHERE organisation = $1 AND data_plane = $2 AND data_plane_sequence BETWEEN $3 AND $4 ORDER BY data_plane_sequence`,
    [organisation, dataPlane, from, to],
  )
}
