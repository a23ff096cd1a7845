/** Takes jobs back from data planes that stopped renewing them. */
import type { JobSetting } from './setting.ts'
import { lockLostJobs } from './store.ts'
import { giveBack } from './work-on-jobs.ts'

/** @returns how many jobs were taken back or ended */
export async function sweepLeases(setting: JobSetting): Promise<number> {
  let count = 0
  for (const { organisation } of await setting.database.lookUp.organisations()) {
    count += await setting.database.withTenant({ organisation }, async (tx) => {
      const lost = await lockLostJobs(tx, setting.now().toISOString())
      for (const job of lost) await giveBack(setting, tx, organisation, job)
      return lost.length
    })
  }
  return count
}
