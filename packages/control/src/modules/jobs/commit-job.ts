/** The commit of a job: everything that makes its result visible happens in one transaction, once. */
import { Manifest, type ControlMethods, type Signed } from '@keyhold/contract'
import { decodeBase64url, digestStatement, SealedError, verifyStatement } from '@keyhold/sealed'
import { Compile } from 'typebox/compile'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { DataPlanePeer } from '../link/index.ts'
import { nameQuarantine } from './ensure-quarantine.ts'
import { failJob } from './errors.ts'
import type { TableHead } from './ports.ts'
import { recordJob } from './record-job.ts'
import type { JobSetting } from './setting.ts'
import { raiseJob } from './signals.ts'
import { endJob, lockJob, type StoredJob } from './store.ts'
import { checkAttempt } from './work-on-jobs.ts'

type Commit = ControlMethods['jobs.commit']
/** `included` resolves once the log has the commit. */
type Committed = { readonly result: Commit['result']; readonly included: () => Promise<void> }
export type CheckedManifest = { readonly signed: Signed; readonly body: Manifest; readonly digest: string }

const manifestShape = Compile(Manifest)

/**
 * Commits a manifest that the calling data plane signed. The same manifest for the same job again answers as the first.
 *
 * @throws `manifest.forged`, `manifest.malformed`, `job.unknown`, `job.stale_attempt`, `commit.conflict`
 */
export async function commitJob(
  setting: JobSetting,
  peer: DataPlanePeer,
  params: Commit['params'],
): Promise<Commit['result']> {
  const manifest = await checkManifest(setting, peer, params.manifest)
  const quarantine = params.quarantine && (await checkManifest(setting, peer, params.quarantine))
  if (manifest.body.deleted || quarantine?.body.deleted) throw failJob('commit.conflict')
  const { result, included } = await setting.database.withTenant(peer, async (tx) => {
    const job = await lockJob(tx, params.job)
    if (job?.state === 'done') return repeatAnswer(setting, tx, job, manifest)
    checkAttempt(job, params.attempt)
    return publish(setting, tx, peer, job, { manifest, quarantine, report: params.report })
  })
  await included()
  return result
}

/** @throws `manifest.forged`, `manifest.malformed` */
export async function checkManifest(
  setting: JobSetting,
  peer: DataPlanePeer,
  signed: Signed,
): Promise<CheckedManifest> {
  const identity = await setting.readIdentityKey(peer.organisation, peer.dataPlane)
  const key = identity === undefined ? undefined : decodeBase64url(identity)
  if (key === undefined) throw failJob('manifest.forged')
  try {
    const body: unknown = await verifyStatement(key, 'manifest', signed)
    if (!manifestShape.Check(body)) throw failJob('manifest.malformed')
    if (body.organisation !== peer.organisation) throw failJob('manifest.forged')
    return { signed, body, digest: await digestStatement(signed) }
  } catch (cause) {
    throw cause instanceof SealedError ? failJob('manifest.forged', { cause }) : cause
  }
}

async function repeatAnswer(
  { catalogue }: JobSetting,
  tx: Transaction,
  job: StoredJob,
  manifest: CheckedManifest,
): Promise<Committed> {
  if (job.snapshot === null || (await catalogue.readDigest(tx, job.snapshot)) !== manifest.digest) {
    throw failJob('commit.conflict')
  }
  const result = { snapshot: job.snapshot, catalogueVersion: await catalogue.readVersion(tx, job.project) }
  return { result, included: () => Promise.resolve() }
}

type Published = {
  readonly manifest: CheckedManifest
  readonly quarantine: CheckedManifest | undefined
  readonly report: string | undefined
}

async function publish(
  setting: JobSetting,
  tx: Transaction,
  peer: DataPlanePeer,
  job: StoredJob,
  { manifest, quarantine, report }: Published,
): Promise<Committed> {
  const { organisation } = peer
  const now = setting.now().toISOString()
  const head = await setting.catalogue.lockTable(tx, job.table)
  checkContinues(manifest.body, job.project, job.table, head)
  const files = manifest.body.consumed.map((consumed) => consumed.file)
  if (!(await setting.uploads.consume(tx, organisation, job.upload, files))) throw failJob('commit.conflict')
  if (quarantine !== undefined) await publishQuarantine(setting, tx, job, { head, quarantine, now, organisation })
  const added = await publishSnapshot(setting, tx, { organisation, job: job.id, now }, manifest)
  await endJob(tx, job.id, { state: 'done', now, snapshot: added.snapshot, report })
  const included = await recordJob(setting, tx, job, {
    organisation,
    dataPlane: peer.dataPlane,
    action: 'job.commit',
    outcome: 'success',
    code: null,
    details: { snapshot: added.snapshot, sequence: manifest.body.sequence, manifest: manifest.digest },
  })
  tx.onCommit(() => {
    setting.onCommitted(job.project)
    raiseJob(setting.signals, job)
  })
  return { included, result: { snapshot: added.snapshot, catalogueVersion: added.catalogueVersion } }
}

/** The second table of a commit may only be the quarantine of the first. @throws `commit.conflict` */
async function publishQuarantine(
  setting: JobSetting,
  tx: Transaction,
  job: StoredJob,
  part: { head: TableHead | undefined; quarantine: CheckedManifest; now: string; organisation: string },
): Promise<void> {
  const { head, quarantine, now, organisation } = part
  const { bucket, table, tableId } = quarantine.body
  if (bucket !== head?.bucket || table !== nameQuarantine(head.name)) throw failJob('commit.conflict')
  checkContinues(quarantine.body, job.project, tableId, await setting.catalogue.lockTable(tx, tableId))
  await publishSnapshot(setting, tx, { organisation, job: job.id, now }, quarantine)
}

async function publishSnapshot(
  setting: JobSetting,
  tx: Transaction,
  place: { organisation: string; job: string; now: string },
  { signed, body, digest }: CheckedManifest,
): Promise<{ snapshot: string; catalogueVersion: number }> {
  if (!(await setting.objects.publish(tx, body.files))) throw failJob('commit.conflict')
  const added = await setting.catalogue.addSnapshot(tx, { ...place, manifest: signed, body, digest })
  const kept = new Set(body.files.map((file) => file.object))
  const replaced = added.replacedObjects.filter((object) => !kept.has(object))
  await setting.objects.discard(tx, replaced, place.now)
  return added
}

/** The manifest must be the next one of that table of the job's project. @throws `commit.conflict` */
function checkContinues(body: Manifest, project: string, id: string, table: TableHead | undefined): void {
  const continues =
    table !== undefined &&
    body.tableId === id &&
    body.project === project &&
    body.project === table.project &&
    body.bucket === table.bucket &&
    body.table === table.name &&
    body.sequence === table.sequence + 1 &&
    body.previous === table.manifestDigest
  if (!continues) throw failJob('commit.conflict')
}
