/** The whole log as one stream of lines that can be verified offline; memory for a few hundred entries. */
import { readCheckpoint, writeBundle, type BundleEntry } from '@keyhold/ledger'
import { Readable } from 'node:stream'
import type { Database } from '../../platform/database/database.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'
import type { LogKey } from './keys.ts'
import { openDisclosures } from './personal.ts'
import { createTileReader, readDataPlaneKeys, readEntries } from './store.ts'

const page = 512

/** Streams the log up to a checkpoint. */
export async function exportLog(
  parts: { readonly database: Database; readonly platformKey: PlatformKey },
  organisation: string,
  logKey: LogKey,
  checkpoint: string,
): Promise<Readable> {
  const { database } = parts
  const { size } = readCheckpoint(checkpoint)
  const dataPlanes = await database.readTenant({ organisation }, (tx) => readDataPlaneKeys(tx, organisation))
  const lines = writeBundle({
    header: {
      origin: logKey.origin,
      log: [logKey.verifier],
      witnesses: [],
      dataPlanes: dataPlanes.map((publicKey) => new Uint8Array(publicKey)),
    },
    checkpoint,
    size,
    readTile: (level, index, width) =>
      database.readTenant({ organisation }, async (tx) => createTileReader(tx, organisation)(level, index, width)),
    entries: readAll(parts, organisation, size),
  })
  return Readable.from(lines)
}

async function* readAll(
  { database, platformKey }: { readonly database: Database; readonly platformKey: PlatformKey },
  organisation: string,
  size: number,
): AsyncGenerator<BundleEntry> {
  for (let from = 0; from < size; from += page) {
    const filter = { from, below: size, limit: page }
    const rows = await database.readTenant({ organisation }, (tx) => readEntries(tx, organisation, filter))
    for (const row of rows) {
      yield {
        index: row.index,
        salt: new Uint8Array(row.salt),
        entry: row.entry,
        disclosures: openDisclosures(platformKey, row.salt, row.personal),
        signature: row.signature === null ? null : new Uint8Array(Buffer.from(row.signature, 'base64url')),
      }
    }
  }
}
