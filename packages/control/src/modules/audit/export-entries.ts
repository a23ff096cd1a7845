/** Entries that match a filter, for other programs: OCSF events as NDJSON, or CSV. Memory for some hundred entries. */
import { entryCsvHeader, formatEntryCsv, toOcsf } from '@keyhold/ledger'
import { Readable } from 'node:stream'
import type { CallInput } from '@keyhold/contract'
import type { Database } from '../../platform/database/database.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'
import { narrow } from './narrow.ts'
import { openDisclosures } from './personal.ts'
import { readEntries, type EntryFilter, type StoredEntry } from './store.ts'

type Parts = { readonly database: Database; readonly platformKey: PlatformKey }
type Query = CallInput<'exportEntries'>['query']

const page = 512

export const exportTypes = { ocsf: 'application/x-ndjson', csv: 'text/csv; charset=utf-8; header=present' } as const

/** Entries below `size` that match, oldest first, each as a line. */
export function exportEntries(parts: Parts, organisation: string, { format, ...asked }: Query, size: number): Readable {
  return Readable.from(writeLines(readMatching(parts, organisation, narrow(asked), size), format))
}

async function* writeLines(pages: AsyncIterable<ReadPage>, format: Query['format']): AsyncGenerator<string> {
  if (format === 'csv') yield entryCsvHeader
  const write = format === 'csv' ? formatEntryCsv : (entry: ReadPage[number]) => `${JSON.stringify(toOcsf(entry))}\n`
  for await (const entries of pages) yield entries.map(write).join('')
}

export type ReadEntry = Pick<StoredEntry, 'index' | 'entry'> & {
  readonly disclosures: ReturnType<typeof openDisclosures>
}
type ReadPage = readonly ReadEntry[]

/** Pages of what matches below `size`, oldest first. */
export async function* readMatching(
  { database, platformKey }: Parts,
  organisation: string,
  filter: Omit<EntryFilter, 'from' | 'below' | 'limit'>,
  size: number,
): AsyncGenerator<ReadPage> {
  for (let from = 0; from < size;) {
    const range = { ...filter, from, below: size, limit: page }
    const rows = await database.readTenant({ organisation }, (tx) => readEntries(tx, organisation, range))
    yield rows.map(({ index, entry, salt, personal }) => ({
      index,
      entry,
      disclosures: openDisclosures(platformKey, salt, personal),
    }))
    if (rows.length < page) return
    from = (rows.at(-1) as StoredEntry).index + 1
  }
}
