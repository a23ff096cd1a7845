/** Reading the log: entries with what is not erased of their personal fields. */
import type { CallInput, CallOutput } from '@keyhold/contract'
import type { Database } from '../../platform/database/database.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'
import { openDisclosures } from './personal.ts'
import { narrow } from './narrow.ts'
import { hasNews, readEntries, readHead, type EntryFilter, type StoredEntry } from './store.ts'
import type { Writer } from './writer.ts'

type Query = CallInput<'listEntries'>['query']
type Listed = CallOutput<'listEntries'>

const usualLimit = 100

/**
 * Entries after an index, or the newest. With `wait` it answers once there is something other than readings of the log,
 * which would otherwise answer each other for ever, or when the seconds are over.
 */
export async function listEntries(
  parts: { readonly database: Database; readonly platformKey: PlatformKey; readonly writer: Writer },
  organisation: string,
  query: Query,
): Promise<Listed> {
  const filter = readFilter(query)
  if (query.wait !== undefined && query.wait > 0) await waitForNews(parts, organisation, filter, query.wait * 1000)
  return parts.database.readTenant({ organisation }, async (transaction) => {
    const [head, rows] = await Promise.all([
      readHead(transaction, organisation),
      readEntries(transaction, organisation, filter),
    ])
    const entries = rows.map((row) => describeEntry(parts.platformKey, row))
    return { entries: filter.newestFirst ? entries.toReversed() : entries, size: head?.size ?? 0 }
  })
}

function readFilter({ after, last, limit, ...rest }: Query): EntryFilter {
  return {
    from: (after ?? -1) + 1,
    newestFirst: last !== undefined,
    limit: last ?? limit ?? usualLimit,
    ...narrow(rest),
  }
}

async function waitForNews(
  { database, writer }: { readonly database: Database; readonly writer: Writer },
  organisation: string,
  filter: EntryFilter,
  milliseconds: number,
): Promise<void> {
  const end = performance.now() + milliseconds
  while (performance.now() < end) {
    // Listening begins before looking, so that what comes in between is heard.
    const news = writer.waitForNews(end - performance.now())
    if (await database.readTenant({ organisation }, (tx) => hasNews(tx, organisation, filter))) return
    await news
  }
}

export function describeEntry(key: PlatformKey, row: StoredEntry): Listed['entries'][number] {
  return {
    index: row.index,
    salt: row.salt.toString('base64url'),
    entry: row.entry,
    disclosures: openDisclosures(key, row.salt, row.personal),
    signature: row.signature,
  }
}
