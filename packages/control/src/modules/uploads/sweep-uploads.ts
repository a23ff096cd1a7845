/** Ends uploads that were not finished in time, and deletes the bytes of those that have ended. */
import type { UploadSetting } from './setting.ts'
import { listExpiredUploads, listLiveUploads } from './store.ts'

const leftoverAge = 3600_000

export async function sweepUploads(setting: UploadSetting): Promise<void> {
  for (const { organisation } of await setting.database.lookUp.organisations()) {
    await expireUploads(setting, organisation)
    await removeLeftovers(setting, organisation)
  }
}

async function expireUploads({ database, jobs, now }: UploadSetting, organisation: string): Promise<void> {
  const expired = await database.withTenant({ organisation }, (tx) => listExpiredUploads(tx, now().toISOString()))
  for (const { job } of expired) {
    await database.withTenant({ organisation }, (tx) => jobs.giveUp(tx, organisation, job, 'upload.expired'))
  }
}

/** A crash between a commit and the deletion after it leaves a file. */
async function removeLeftovers({ database, area, now }: UploadSetting, organisation: string): Promise<void> {
  const old = await area.listBefore(organisation, new Date(now().getTime() - leftoverAge))
  if (old.length === 0) return
  const live = await database.withTenant({ organisation }, (tx) => listLiveUploads(tx, old))
  for (const id of old) if (!live.has(id)) await area.remove(organisation, id)
}
