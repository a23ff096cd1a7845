/** One project's data plane: keys on a lease, conversations, engines, cache, jobs. Ending its process wipes it. */
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ClaimedJob, Manifest } from '@keyhold/contract'
import type { ReceivedConversation } from '@keyhold/sealed/open'
import { AuditTable } from '../audit-table/audit-table.ts'
import { ResultCache } from '../cache/result-cache.ts'
import { DocumentMarks } from '../documents/document-marks.ts'
import { Documents } from '../documents/documents.ts'
import { EnginePool, openWorkFolder, type WorkFolder } from '../engine/index.ts'
import { runJob } from '../jobs/run-job.ts'
import { ControlHttp } from '../link/control-http.ts'
import type { Log } from '../platform/log.ts'
import { Engines } from '../query/engines.ts'
import { adoptionMarker } from '../recovery/catch-up.ts'
import { ObjectCache } from '../query/object-cache.ts'
import { PlainFiles } from '../query/plain-files.ts'
import type { Peer } from '../rpc/peer.ts'
import { Catalogue } from './catalogue.ts'
import { Contexts } from './contexts.ts'
import { Keyring } from './keyring.ts'
import { Lease } from './lease.ts'
import { chooseLimits } from './limits.ts'
import { Marks } from './marks.ts'
import type { MainMethods, ProjectMethods, ProjectStart, RosterView } from './protocol.ts'
import { Requests } from './requests.ts'
import { RosterIndex } from './roster-index.ts'
import type { CallControl } from '../jobs/import-job.ts'

export type MainPeer = Peer<ProjectMethods, MainMethods>

const renewMs = 25_000
const plainBytes = 64 << 20

export class Project {
  readonly requests: Requests
  readonly isolation: string
  readonly work: WorkFolder
  readonly #roster: RosterIndex
  readonly #http: ControlHttp
  readonly #lease: Lease
  readonly #cache: ResultCache
  readonly #engines: Engines
  readonly #pool: EnginePool
  readonly #runJob: (job: ClaimedJob) => Promise<void>
  readonly #renewer: NodeJS.Timeout
  readonly #stopping = new AbortController()
  readonly #jobs = new Set<Promise<void>>()
  /** Once after a restore: takes tables and documents as they are. */
  readonly #adopt: () => Promise<void>

  constructor(start: ProjectStart, main: MainPeer, log: Log) {
    const { organisation, project, folder } = start
    const limits = chooseLimits()
    const control = controlCaller(main)
    this.work = openWorkFolder({ name: `p-${project}`, sizeBytes: limits.workBytes })
    this.#pool = new EnginePool({ workFolder: this.work })
    this.isolation = this.#pool.sandbox.isolation
    this.#roster = new RosterIndex(start.roster)
    this.#http = new ControlHttp(start.address)
    this.#http.useSession(start.session)
    this.#cache = new ResultCache(limits.cacheBytes)
    this.#lease = new Lease({
      unwrapRoot: () => unwrapRoot(main),
      onRefused: () => this.#wipe(),
      onEnd: () => documents.forget(),
    })
    const keyring = new Keyring({
      organisation,
      project,
      lease: this.#lease,
      read: async () => (await control('keys.read', { project })).keys,
      store: async (keys) => void (await control('keys.store', { project, keys })),
    })
    const documents = new Documents({
      organisation,
      project,
      keyring,
      marks: new DocumentMarks(folder),
      control,
      now: () => new Date(),
    })
    const marker = adoptionMarker(folder)
    const marks = new Marks(folder, existsSync(marker))
    const catalogue = new Catalogue({
      organisation,
      project,
      signer: Buffer.from(start.identityPublicKey, 'base64url'),
      marks,
      read: () => control('catalogue.read', { project }),
    })
    const objects = new ObjectCache(join(folder, 'objects'), limits.objectBytes, (object, length) =>
      this.#http.readObject(object, length),
    )
    const plain = new PlainFiles({
      folder: join(this.work.path, 'plain'),
      organisation,
      project,
      objects,
      keyring,
    })
    this.#engines = new Engines(this.#pool, plain)
    let checkpoint: string | null = null
    const record = async (entries: MainMethods['ledger.record']['params']['entries']) =>
      (checkpoint = (await main.call('ledger.record', { entries })).result.checkpoint)
    const auditTable = new AuditTable({
      folder: join(this.work.path, 'audit'),
      ledgerKey: start.ledgerKey,
      read: (range) => control('ledger.read', range),
      known: () => checkpoint,
      acquire: (identity) => this.#pool.acquire(identity),
      limits: limits.engine,
    })
    const sign = async (manifest: Manifest) => (await main.call('manifest.sign', { manifest })).result.signed
    const shared = {
      organisation,
      project,
      keyring,
      catalogue,
      roster: this.#roster,
      http: this.#http,
      limits: limits.engine,
      record,
      log,
    }
    this.requests = new Requests({
      ...shared,
      engines: this.#engines,
      auditTable,
      cache: this.#cache,
      documents,
      recoveryKit: async (signed) => (await main.call('recovery.kit', { signed })).body,
      control,
      sign,
      lease: this.#lease,
      contexts: new Contexts<ReceivedConversation>(),
      demandAttested: start.demandAttested,
      startedAt: start.startedAt,
    })
    this.#adopt = async () => {
      if (!marks.adopting) return
      await catalogue.refresh(Number.MAX_SAFE_INTEGER)
      await documents.adopt()
      marks.adopting = false
      rmSync(marker)
    }
    const parts = join(this.work.path, 'parts')
    mkdirSync(parts, { mode: 0o700 })
    this.#runJob = (job) =>
      runJob(
        job,
        {
          ...shared,
          folder: parts,
          objects,
          plain,
          control,
          marks,
          partBytes: plainBytes,
          readSheet: (request, signal) => this.#pool.readSheet(request, signal),
          acquireEngine: (identity) => this.#pool.acquire(identity),
          sign,
        },
        this.#stopping.signal,
      )
    this.#renewer = setInterval(() => this.#renewWhileHeld(), renewMs).unref()
  }

  async ready(): Promise<void> {
    await this.#pool.ready()
    await this.#adopt()
  }

  async runJob(job: ClaimedJob): Promise<void> {
    const running = this.#runJob(job)
    this.#jobs.add(running)
    await running.finally(() => this.#jobs.delete(running))
  }

  updateRoster(view: RosterView): void {
    this.#roster.update(view)
  }

  useSession(session: string): void {
    this.#http.useSession(session)
  }

  async stop(): Promise<void> {
    clearInterval(this.#renewer)
    this.#stopping.abort()
    await Promise.all(this.#jobs)
    this.#cache.clear()
    this.#lease.end()
    await this.#engines.close()
    await this.#http.close()
    this.work.remove()
  }

  /** Decrypted files outlive no lease: while engines hold some, the provider is asked again and again. */
  #renewWhileHeld(): void {
    this.#cache.expire()
    if (this.#engines.busy) this.#lease.renew().catch(() => {})
  }

  #wipe(): void {
    this.#cache.clear()
    void this.#engines.endAll()
  }
}

async function unwrapRoot(main: MainPeer): Promise<Buffer> {
  const { body } = await main.call('root.unwrap', {})
  const root = Buffer.from(body)
  body.fill(0)
  return root
}

function controlCaller(main: MainPeer): CallControl {
  return async (method, params) => {
    const { result } = await main.call('control.call', { method, params } as MainMethods['control.call']['params'])
    return result as never
  }
}
