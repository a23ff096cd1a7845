/** Deletes objects that no snapshot names: replaced ones after a grace period, staged ones that no commit came for. */
import type { Database } from '../../platform/database/database.ts'
import type { ObjectStore } from '../../platform/objects.ts'
import { listKnownObjects, takeUnneeded } from './store.ts'

const hour = 3600_000
/** Queries that began before a commit may still read what it replaced. */
const garbageGrace = hour
const stagedLife = 24 * hour
const orphanBatch = 500

export type SweepSetting = { readonly database: Database; readonly store: ObjectStore; readonly now: () => Date }

/** @returns how many objects were deleted */
export async function sweepObjects(setting: SweepSetting): Promise<number> {
  const { database, store, now } = setting
  const before = (age: number) => new Date(now().getTime() - age).toISOString()
  let count = 0
  for (const { organisation } of await database.lookUp.organisations()) {
    const taken = await database.withTenant({ organisation }, (tx) =>
      takeUnneeded(tx, before(garbageGrace), before(stagedLife)),
    )
    for (const { id } of taken) await store.delete(id)
    count += taken.length
  }
  return count + (await sweepOrphans(setting))
}

/** Files whose row was never written or is deleted already: a crash came between the two. */
async function sweepOrphans({ database, store, now }: SweepSetting): Promise<number> {
  const oldest = now().getTime() - stagedLife
  let count = 0
  let batch: string[] = []
  const settle = async () => {
    const orphans = await findOrphans(database, batch)
    for (const id of orphans) await store.delete(id)
    count += orphans.size
    batch = []
  }
  for await (const id of store.list()) {
    if (timeOf(id) < oldest) batch.push(id)
    if (batch.length >= orphanBatch) await settle()
  }
  if (batch.length > 0) await settle()
  return count
}

async function findOrphans(database: Database, ids: readonly string[]): Promise<Set<string>> {
  const orphans = new Set(ids)
  for (const { organisation } of await database.lookUp.organisations()) {
    const known = await database.withTenant({ organisation }, (tx) => listKnownObjects(tx, ids))
    for (const id of known) orphans.delete(id)
  }
  return orphans
}

/** Milliseconds since 1970 in a UUIDv7 (RFC 9562 section 5.7). */
function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}
