/** The data plane's main process, wired: keys, roster, log, link, and a process per project. */
import { join } from 'node:path'
import type { ClaimedJob, DataPlaneMethods, RosterChange, Signed } from '@keyhold/contract'
import { encodeCanonical, signStatement } from '@keyhold/sealed'
import { DataError } from '../errors.ts'
import { digestOf } from '../formats/statements.ts'
import { catchUp } from '../recovery/catch-up.ts'
import { makeKit, verifyKitRequest } from '../recovery/make-kit.ts'
import { readAwaited } from '../recovery/restore-folder.ts'
import { provisionProject } from '../keyring/project-keys.ts'
import type { EntryDraft } from '../ledger-client/draft.ts'
import { LedgerClient } from '../ledger-client/ledger-client.ts'
import { Link } from '../link/link.ts'
import type { OpenSocket } from '../link/socket.ts'
import type { Handlers } from '../rpc/peer.ts'
import { openParts, type DataPlaneOptions, type Parts } from './data-plane-parts.ts'
import { JobRunner } from './job-runner.ts'
import { Projects } from './projects.ts'

export class DataPlane {
  readonly #options: DataPlaneOptions
  readonly #parts: Parts
  readonly #ledger: LedgerClient
  readonly #link: Link
  readonly #projects: Projects
  readonly #jobs: JobRunner

  private constructor(options: DataPlaneOptions, parts: Parts, ledger: LedgerClient, link: (plane: DataPlane) => Link) {
    this.#options = options
    this.#parts = parts
    this.#ledger = ledger
    const { enrolled, keys, provider, roster, pidFile } = parts
    this.#projects = new Projects({
      folder: join(options.config.folder, 'projects'),
      organisation: enrolled.organisation,
      address: enrolled.address,
      demandAttested: options.config.demandAttested,
      keys,
      ledgerKey: enrolled.ledgerKey,
      provider,
      roster,
      record: (...drafts) => ledger.record(...drafts),
      control: (method, params) => this.#link.call(method, params),
      recoveryKit: (project, signed) => this.#makeKit(project, signed),
      onChildren: (pids) => pidFile.setChildren(pids),
      log: options.log,
      logLine: options.logLine,
    })
    this.#jobs = new JobRunner({
      claim: async (most) => (await this.#link.call('jobs.claim', { most })).jobs,
      run: (job) => this.#projects.runJob(job),
      fail: (job, error) => this.#failJob(job, error),
      path: join(options.config.folder, 'claimed-jobs.json'),
      log: options.log,
    })
    this.#link = link(this)
  }

  /** Takes the folder, opens or makes keys, enrols where needed, connects. @throws `config.`, `enrolment.`, `key` codes */
  static async start(options: DataPlaneOptions): Promise<DataPlane> {
    const parts = await openParts(options)
    const { enrolled, keys } = parts
    let plane: DataPlane | undefined
    const ledger = await LedgerClient.open({
      folder: options.config.folder,
      organisation: enrolled.organisation,
      identity: keys.identity,
      ledgerKey: enrolled.ledgerKey,
      log: options.log,
      append: (params) => callOf(plane).#link.call('ledger.append', params),
    })
    plane = new DataPlane(options, parts, ledger, (self) => self.#openLink())
    return plane
  }

  get anchor(): { keyId: string; publicKey: Uint8Array } {
    return this.#parts.keys.anchor
  }

  /** The link that sets the organisation up; null once somebody did. */
  get setupLink(): string | null {
    const { claim, enrolled, keys } = this.#parts
    if (claim.secret === null) return null
    const { url, pin } = enrolled.address
    return `${url}/setup#o=${enrolled.organisation}&s=${claim.secret}&a=${keys.anchor.keyId}&p=${pin}&c=${this.#options.config.custody}`
  }

  /** Resolves when the link is up. */
  async ready(): Promise<void> {
    await this.#link.ready()
  }

  async stop(): Promise<void> {
    await this.#jobs.stop()
    await this.#projects.stop()
    await this.#jobs.settled()
    await this.#ledger.stop()
    await this.#link.stop()
    this.#parts.pidFile.remove()
  }

  #openLink(): Link {
    const { enrolled, keys } = this.#parts
    const { dataPlane, address } = enrolled
    return new Link({
      address,
      dataPlane,
      custody: this.#options.config.custody,
      signHello: async (exporter) =>
        encode(await keys.identity.sign(encodeCanonical({ purpose: 'keyhold link', exporter, dataPlane }))),
      handlers: this.#handlers(),
      notes: { 'jobs.available': () => this.#jobs.wake() },
      log: this.#options.log,
      onUp: (socket) => this.#welcome(socket),
    })
  }

  async #welcome(socket: OpenSocket): Promise<void> {
    if (socket.organisation !== this.#parts.enrolled.organisation) throw wrongOrganisation()
    await this.#catchUp(socket)
    this.#projects.useSession(socket.session)
    setImmediate(() => {
      this.#ledger.resend()
      this.#jobs.wake()
      void this.#projects.startKnown()
    })
  }

  /** After a restore: what the lost folder knew is read back before anything else is done. */
  async #catchUp({ peer }: OpenSocket): Promise<void> {
    const { folder } = this.#options.config
    const awaited = readAwaited(folder)
    if (!awaited) return
    const { enrolled, keys, roster } = this.#parts
    await catchUp(awaited, {
      folder,
      organisation: enrolled.organisation,
      keys,
      roster,
      ledger: this.#ledger,
      folderOf: (project) => this.#projects.folderOf(project),
      call: async (method, params) => (await peer.call(method, params)).result,
    })
    const restored = { action: 'recovery.restore', outcome: 'success', code: null, after: roster.head } as const
    // The link is up for others only once this returns.
    setImmediate(
      () => void this.#record(restored).catch((error: unknown) => this.#options.log('ledger.failed', {}, error)),
    )
  }

  async #makeKit(project: string, signed: Signed): Promise<Uint8Array> {
    const { enrolled, roster } = this.#parts
    const place = { organisation: enrolled.organisation, project }
    const id = await verifyKitRequest(signed, place, roster, Date.now())
    const entry = { action: 'recovery.kit', outcome: 'success', code: null, project, object: null } as const
    await this.#ledger.record({ ...entry, actor: { kind: 'key', id } })
    const { sequence, checkpoint } = this.#ledger
    const kit = await makeKit({
      ...this.#parts,
      custody: this.#options.config.custody,
      projects: this.#projects.known(),
      log: { sequence, checkpoint },
      now: new Date(),
    })
    return Buffer.from(JSON.stringify(kit))
  }

  #handlers(): Handlers<DataPlaneMethods> {
    return {
      'setup.claim': async (params) => ({ result: await this.#claim(params) }),
      'project.provision': async ({ project }) => ({ result: await this.#provision(project) }),
      'roster.submit': async ({ statement }) => ({ result: { number: await this.#submit(statement) } }),
      'roster.list': async ({ from }) => ({ result: { statements: this.#parts.roster.list(Math.max(1, from)) } }),
      request: (params, body) => this.#projects.ask(params, body),
      'request.cancel': async ({ request }) => {
        this.#projects.cancel(request)
        return { result: {} }
      },
    }
  }

  async #claim(params: DataPlaneMethods['setup.claim']['params']): Promise<DataPlaneMethods['setup.claim']['result']> {
    const { claim, keys, enrolled, roster } = this.#parts
    const { publicKey, name } = params.device
    const organisation = enrolled.organisation
    if (params.organisation !== organisation) throw wrongOrganisation()
    try {
      claim.check({ organisation, devicePublicKey: publicKey, anchor: keys.anchor.keyId, mac: params.mac })
    } catch (error) {
      await this.#record({
        action: 'setup.claim',
        outcome: 'denied',
        code: error instanceof DataError ? error.code : 'internal.failed',
      })
      throw error
    }
    const signed = roster.list()[0] ?? (await this.#signOwner(publicKey, name))
    // First in the log, so that a log that does not answer leaves the secret alive for another try.
    await this.#record({
      action: 'roster.append',
      outcome: 'success',
      code: null,
      after: digestOf(signed),
      details: { number: 1 },
    })
    await roster.append(signed, organisation)
    claim.burn(params.mac)
    this.#projects.updateRoster()
    return { roster: signed, anchorPublicKey: encode(keys.anchor.publicKey) }
  }

  async #signOwner(publicKey: string, name: string): Promise<Signed> {
    const { keys, enrolled } = this.#parts
    const keyId = digestOf({ statement: publicKey })
    const change: RosterChange = {
      organisation: enrolled.organisation,
      number: 1,
      previous: null,
      change: { kind: 'owner', keyId, publicKey, name },
      created: new Date().toISOString(),
    }
    return signStatement(keys.anchor, 'roster', change)
  }

  async #provision(project: string): Promise<DataPlaneMethods['project.provision']['result']> {
    const { keys, provider, enrolled } = this.#parts
    const ids = { organisation: enrolled.organisation, project }
    const made = await provisionProject(this.#projects.folderOf(project), ids, provider, keys)
    await this.#record(
      { action: 'project.provision', outcome: 'success', code: null, after: digestOf(made.set) },
      project,
    )
    void this.#projects.get(project).catch((error: unknown) => this.#options.log('project.failed', { project }, error))
    return made
  }

  async #submit(statement: Signed): Promise<number> {
    const { roster, enrolled } = this.#parts
    const before = roster.head
    try {
      const number = await roster.append(statement, enrolled.organisation)
      this.#projects.updateRoster()
      await this.#record({
        action: 'roster.append',
        outcome: 'success',
        code: null,
        before,
        after: roster.head,
        details: { number },
      })
      return number
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal.failed'
      if (code !== 'ledger.unavailable') await this.#record({ action: 'roster.append', outcome: 'denied', code })
      throw error
    }
  }

  #record(entry: Omit<EntryDraft, 'project' | 'actor' | 'object'>, project: string | null = null): Promise<string> {
    const object = project === null ? null : { kind: 'project', id: project }
    return this.#ledger.record({ ...entry, project, actor: null, object })
  }

  async #failJob(job: ClaimedJob, error: DataError): Promise<void> {
    const { id, attempt } = job
    const { code, message, remedy } = error
    await this.#link.call('jobs.fail', { job: id, attempt, code, retry: true, message, remedy })
  }
}

function callOf(plane: DataPlane | undefined): DataPlane {
  if (!plane) throw new DataError('link.away', 'The control plane is not connected yet.', 'Try again.')
  return plane
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}

function wrongOrganisation(): DataError {
  return new DataError(
    'link.wrong_organisation',
    'The control plane speaks of another organisation.',
    'Check that both planes belong together.',
  )
}
