/** The project processes of this data plane, and what they may ask of the main process. */
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ClaimedJob, ControlMethods, DataPlaneMethods, Manifest, SealingKeySet, Signed } from '@keyhold/contract'
import { signStatement } from '@keyhold/sealed'
import { DataError } from '../errors.ts'
import { readBody } from '../formats/statements.ts'
import type { KeyProvider } from '../keyring/key-provider.ts'
import { readProvisioned } from '../keyring/project-keys.ts'
import type { SigningKeys } from '../keyring/signing-keys.ts'
import type { EntryDraft } from '../ledger-client/draft.ts'
import type { ServerAddress } from '../link/pinned-tls.ts'
import type { Log } from '../platform/log.ts'
import type { MainMethods, ProjectStart, RosterView } from '../project/protocol.ts'
import type { Roster } from '../roster/roster.ts'
import type { Handlers } from '../rpc/peer.ts'
import { ProjectProcess } from './project-process.ts'

type RequestParams = DataPlaneMethods['request']['params']

export type ProjectsOptions = {
  readonly folder: string
  readonly organisation: string
  readonly address: ServerAddress
  readonly demandAttested: boolean
  readonly keys: SigningKeys
  /** Verifier key of the organisation's log. */
  readonly ledgerKey: string
  readonly provider: KeyProvider
  readonly roster: Roster
  readonly record: (...drafts: EntryDraft[]) => Promise<string>
  readonly control: <K extends keyof ControlMethods>(
    method: K,
    params: ControlMethods[K]['params'],
  ) => Promise<ControlMethods[K]['result']>
  /** A recovery kit for a request that the owner's device signed. */
  readonly recoveryKit: (project: string, signed: Signed) => Promise<Uint8Array>
  readonly onChildren: (pids: readonly number[]) => void
  readonly log: Log
  readonly logLine: (line: string) => void
}

/** Projects whose processes are started before anyone asks. */
const mostStartedEarly = 4

/** Calls that a project process may pass on; everything else is the main process's own. */
const passedOn: readonly (keyof ControlMethods)[] = [
  'jobs.renew',
  'jobs.quarantine',
  'jobs.report',
  'jobs.fail',
  'jobs.commit',
  'uploads.read',
  'catalogue.read',
  'tables.delete',
  'keys.read',
  'ledger.read',
  'keys.store',
  'documents.put',
  'documents.delete',
  'documents.read',
  'documents.list',
]

export class Projects {
  readonly #options: ProjectsOptions
  readonly #processes = new Map<string, Promise<ProjectProcess>>()
  readonly #running = new Map<string, ProjectProcess>()
  /** When a project's process ended, and with it the numbers of the messages that had been used. */
  readonly #forgottenAt = new Map<string, number>()
  readonly #startedAt = Date.now()
  /** Requests that wait for their project's process. */
  readonly #coming = new Map<string, { cancelled: boolean }>()
  #session = ''
  #stopped = false

  constructor(options: ProjectsOptions) {
    this.#options = options
    mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  }

  /** @throws `project.unknown` for an id that is none */
  folderOf(project: string): string {
    if (!/^[0-9a-f-]{36}$/.test(project)) throw unknownProject()
    return join(this.#options.folder, project)
  }

  /** The process of a project, started when there is none. @throws `project.unknown`, `project.crashed` */
  get(project: string): Promise<ProjectProcess> {
    const known = this.#processes.get(project)
    if (known) return known
    const starting = this.#start(project)
    this.#processes.set(project, starting)
    starting.catch(() => this.#processes.delete(project))
    return starting
  }

  /** Ids of the projects that have keys here. */
  known(): string[] {
    return readdirSync(this.#options.folder).filter((name) => readProvisioned(join(this.#options.folder, name)))
  }

  /** Starts the processes of projects that were provisioned here, so that the first question finds a warm engine. */
  async startKnown(): Promise<void> {
    for (const project of this.known().slice(0, mostStartedEarly)) {
      await this.get(project).catch((error: unknown) => this.#options.log('project.failed', { project }, error))
    }
  }

  async runJob(job: ClaimedJob): Promise<void> {
    const { peer } = await this.get(job.project)
    await peer.call('job.run', { job })
  }

  /** @throws `project.unknown`, `project.crashed`, `request.cancelled`, and what the project refuses */
  async ask(params: RequestParams, body: Uint8Array) {
    const coming = { cancelled: false }
    this.#coming.set(params.request, coming)
    try {
      const { peer } = await this.get(params.project)
      if (coming.cancelled) throw cancelled()
      // Sent in this turn: a cancellation that comes later finds the request where it goes.
      return peer.call('request', params, body)
    } finally {
      this.#coming.delete(params.request)
    }
  }

  /** Ends a request, wherever it is by now. */
  cancel(request: string): void {
    const coming = this.#coming.get(request)
    if (coming !== undefined) coming.cancelled = true
    for (const { peer } of this.#running.values()) peer.call('request.cancel', { request }).catch(() => {})
  }

  useSession(session: string): void {
    this.#session = session
    for (const process of this.#running.values()) process.note('session', { session })
  }

  updateRoster(): void {
    for (const process of this.#running.values()) process.note('roster', this.#view())
  }

  async stop(): Promise<void> {
    this.#stopped = true
    const ending = [...this.#processes.values()].map((starting) =>
      starting.then((process) => process.stop()).catch(() => {}),
    )
    await Promise.all(ending)
  }

  async #start(project: string): Promise<ProjectProcess> {
    if (this.#stopped) throw unknownProject()
    const { log, logLine } = this.#options
    const process = await ProjectProcess.start(this.#describe(project), this.#handlers(project), logLine, log)
    this.#running.set(project, process)
    this.#tellChildren()
    // Told again: either may have changed while the process was starting.
    process.note('roster', this.#view())
    process.note('session', { session: this.#session })
    void process.exited.then(() => {
      this.#forgottenAt.set(project, Date.now())
      this.#running.delete(project)
      this.#processes.delete(project)
      if (!this.#stopped) log('project.ended', { project })
      this.#tellChildren()
    })
    return process
  }

  #describe(project: string): ProjectStart {
    const { organisation, address, demandAttested, keys, ledgerKey } = this.#options
    const folder = this.folderOf(project)
    const provisioned = readProvisioned(folder)
    if (!provisioned) throw unknownProject()
    const set: SealingKeySet = readBody('sealing-key-set', provisioned.set)
    return {
      organisation,
      project,
      folder,
      address,
      session: this.#session,
      identityPublicKey: Buffer.from(keys.identity.publicKey).toString('base64url'),
      set,
      ledgerKey,
      roster: this.#view(),
      demandAttested,
      startedAt: this.#forgottenAt.get(project) ?? this.#startedAt,
    }
  }

  #view(): RosterView {
    const { roster } = this.#options
    return { members: roster.members(), revoked: roster.revoked() }
  }

  #tellChildren(): void {
    this.#options.onChildren([...this.#running.values()].flatMap(({ pid }) => pid ?? []))
  }

  #handlers(project: string): Handlers<MainMethods> {
    const { record, control, keys, organisation, recoveryKit } = this.#options
    return {
      'recovery.kit': async ({ signed }) => ({ result: {}, body: await recoveryKit(project, signed) }),
      'root.unwrap': async () => ({ result: {}, body: await this.#unwrapRoot(project) }),
      'ledger.record': async ({ entries }) => ({ result: { checkpoint: await record(...entries) } }),
      'manifest.sign': async ({ manifest }) => {
        assertOwn(manifest, organisation, project)
        return { result: { signed: await signStatement(keys.identity, 'manifest', manifest) } }
      },
      'control.call': async ({ method, params }) => {
        if (!passedOn.includes(method))
          throw new DataError(
            'link.unknown_method',
            'A project process may not call this.',
            'Report this: it is a fault of Keyhold.',
          )
        return { result: await control(method, params) }
      },
    }
  }

  /** Recorded whether it succeeds or not; whatever is released later waits for this entry too. */
  async #unwrapRoot(project: string): Promise<Uint8Array> {
    const { provider, organisation, record } = this.#options
    const entry = {
      action: 'key.unwrap',
      project,
      actor: null,
      object: { kind: 'project', id: project },
      details: { provider: provider.name },
    }
    try {
      const wrapped = readProvisioned(this.folderOf(project))?.keys.find((key) => key.purpose === 'root-key')
      if (!wrapped) throw unknownProject()
      const context = { organisation, project, purpose: 'root-key' } as const
      const root = await provider.unwrap(context, Buffer.from(wrapped.wrapped, 'base64url'))
      void record({ ...entry, outcome: 'success', code: null }).catch(() => {})
      return root
    } catch (error) {
      void record({ ...entry, outcome: 'failure', code: 'key.unavailable' }).catch(() => {})
      throw error
    }
  }
}

function assertOwn(manifest: Manifest, organisation: string, project: string): void {
  if (manifest.organisation === organisation && manifest.project === project) return
  throw new DataError(
    'manifest.forged',
    'A project process may sign for its own project only.',
    'Report this: it is a fault of Keyhold.',
  )
}

function cancelled(): DataError {
  return new DataError('request.cancelled', 'The request was cancelled before it began.', 'Ask again.')
}

function unknownProject(): DataError {
  return new DataError(
    'project.unknown',
    'This data plane has no keys of that project.',
    'Use a project that was made with this data plane.',
  )
}
