/** Checkpoints and proofs of a log, from its stored tiles. */
import {
  createProver,
  proveConsistency,
  proveInclusion,
  readCheckpoint,
  type Tile,
  type TileReader,
} from '@keyhold/ledger'
import type { Database } from '../../platform/database/database.ts'
import { failAudit } from './errors.ts'
import { createTileReader, readHead } from './store.ts'

/** The newest checkpoint; an empty log first gets the entry that `begin` writes, since an empty one has none. */
export async function readNewestCheckpoint(database: Database, organisation: string): Promise<string> {
  const head = await database.readTenant({ organisation }, (transaction) => readHead(transaction, organisation))
  if (!head) throw failAudit('audit.beyond_log')
  return head.note
}

/** @throws `audit.unknown_entry` */
export async function proveEntry(
  database: Database,
  organisation: string,
  index: number,
): Promise<{ checkpoint: string; proof: string[] }> {
  return database.readTenant({ organisation }, async (transaction) => {
    const head = await readHead(transaction, organisation)
    if (!head || index >= head.size) throw failAudit('audit.unknown_entry')
    const proof = await proveInclusion(createTileReader(transaction, organisation), index, head.size)
    return { checkpoint: head.note, proof: proof.map(encodeHash) }
  })
}

/** @throws `audit.beyond_log` */
export async function proveExtension(
  database: Database,
  organisation: string,
  from: number,
): Promise<{ checkpoint: string; proof: string[] }> {
  return database.readTenant({ organisation }, async (transaction) => {
    const head = await readHead(transaction, organisation)
    if (!head || from > head.size) throw failAudit('audit.beyond_log')
    const proof = await proveConsistency(createTileReader(transaction, organisation), from, head.size)
    return { checkpoint: head.note, proof: proof.map(encodeHash) }
  })
}

/** Proofs for entries that a batch has just written, from its tiles in memory and older ones from the database. */
export async function proveWritten(
  database: Database,
  organisation: string,
  written: { readonly note: string; readonly tiles: readonly Tile[] },
  indices: readonly number[],
  known: number,
): Promise<{ proofs: { index: number; inclusion: string[] }[]; checkpoint: string; consistency: string[] }> {
  const { size } = readCheckpoint(written.note)
  if (known > size) throw failAudit('audit.beyond_log')
  const prover = createProver(rememberTiles(database, organisation, written.tiles), size)
  const proofs = []
  for (const index of indices) proofs.push({ index, inclusion: (await prover.inclusion(index)).map(encodeHash) })
  const consistency = (await prover.consistency(known)).map(encodeHash)
  return { proofs, checkpoint: written.note, consistency }
}

function rememberTiles(database: Database, organisation: string, tiles: readonly Tile[]): TileReader {
  const known = new Map(tiles.map((tile) => [`${tile.level}/${tile.index}`, tile.hashes]))
  return async (level, index, width) => {
    const name = `${level}/${index}`
    const found = known.get(name)
    if (found) return found
    const hashes = await database.readTenant({ organisation }, async (transaction) =>
      createTileReader(transaction, organisation)(level, index, width),
    )
    known.set(name, hashes)
    return hashes
  }
}

function encodeHash(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64url')
}
