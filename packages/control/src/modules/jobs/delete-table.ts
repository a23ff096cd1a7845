/** The end of a table: its last manifest, no more files, no more jobs; all of it in one transaction. */
import type { ControlMethods, Manifest } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { DataPlanePeer } from '../link/index.ts'
import { giveUpJob } from './cancel-job.ts'
import { checkManifest, type CheckedManifest } from './commit-job.ts'
import { failJob } from './errors.ts'
import type { TableHead } from './ports.ts'
import type { JobSetting } from './setting.ts'
import { lockRunningJobs } from './store.ts'

type Delete = ControlMethods['tables.delete']
type Deleted = { readonly result: Delete['result']; readonly included: () => Promise<void> }

/**
 * Deletes a table as the calling data plane signed. The same again is answered alike.
 *
 * @throws `manifest.forged`, `manifest.malformed`, `commit.conflict`
 */
export async function deleteTable(
  setting: JobSetting,
  peer: DataPlanePeer,
  params: Delete['params'],
): Promise<Delete['result']> {
  const manifest = await checkManifest(setting, peer, params.manifest)
  const { result, included } = await setting.database.withTenant(peer, (tx) =>
    endTable(setting, tx, peer, params, manifest),
  )
  await included()
  return result
}

async function endTable(
  setting: JobSetting,
  tx: Transaction,
  peer: DataPlanePeer,
  { project, table, by }: Delete['params'],
  manifest: CheckedManifest,
): Promise<Deleted> {
  const { catalogue, objects } = setting
  const { organisation } = peer
  if (await catalogue.isDeleted(tx, table, manifest.digest)) {
    return { result: { catalogueVersion: await catalogue.readVersion(tx, project) }, included: () => Promise.resolve() }
  }
  // Jobs before the table, in the order in which a commit locks them.
  for (const job of await lockRunningJobs(tx, table)) await giveUpJob(setting, tx, organisation, job, 'table.deleted')
  checkEnds(manifest.body, project, table, await catalogue.lockTable(tx, table))
  const now = setting.now().toISOString()
  const { signed, body, digest } = manifest
  const { catalogueVersion, replacedObjects } = await catalogue.endTable(tx, {
    organisation,
    manifest: signed,
    body,
    digest,
    now,
  })
  await objects.discard(tx, replacedObjects, now)
  tx.onCommit(() => setting.onCommitted(project))
  const included = await setting.audit.stage(tx, {
    organisation,
    project,
    action: 'table.delete',
    outcome: 'success',
    code: null,
    actor: { kind: 'dataPlane', id: peer.dataPlane },
    source: null,
    object: { kind: 'table', id: table },
    details: { sequence: body.sequence, manifest: digest, objects: replacedObjects.length, by },
  })
  return { result: { catalogueVersion }, included }
}

/** @throws `commit.conflict` */
function checkEnds(body: Manifest, project: string, table: string, head: TableHead | undefined): void {
  const ends =
    head !== undefined &&
    body.deleted === true &&
    body.files.length === 0 &&
    body.tableId === table &&
    body.project === project &&
    head.project === project &&
    body.bucket === head.bucket &&
    body.table === head.name &&
    body.sequence === head.sequence + 1 &&
    body.previous === head.manifestDigest
  if (!ends) throw failJob('commit.conflict')
}
