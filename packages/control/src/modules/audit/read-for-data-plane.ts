/** The organisation's log for its own data plane, which verifies it and offers it to SQL (`system.audit`). */
import type { ControlMethods } from '@keyhold/contract'
import type { Database } from '../../platform/database/database.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'
import { readErasureMark } from './erase.ts'
import { failAudit } from './errors.ts'
import { describeEntry } from './list-entries.ts'
import { readDataPlaneKeys, readEntries, readHead } from './store.ts'

type Range = { readonly from: number; readonly below: number | null; readonly most: number }

/** @throws `audit.beyond_log` for a log without entries */
export async function readForDataPlane(
  { database, platformKey }: { readonly database: Database; readonly platformKey: PlatformKey },
  organisation: string,
  { from, below, most }: Range,
): Promise<ControlMethods['ledger.read']['result']> {
  return database.readTenant({ organisation }, async (tx) => {
    // The mark first: an erasure that comes in between is seen the next time.
    const [erasures, head, keys] = await Promise.all([
      readErasureMark(tx),
      readHead(tx, organisation),
      readDataPlaneKeys(tx, organisation),
    ])
    if (!head) throw failAudit('audit.beyond_log')
    const filter = { from, below: Math.min(below ?? head.size, head.size), limit: most }
    const rows = await readEntries(tx, organisation, filter)
    return {
      entries: rows.map((row) => describeEntry(platformKey, row)),
      checkpoint: head.note,
      dataPlanes: keys.map((key) => key.toString('base64url')),
      erasures,
    }
  })
}
