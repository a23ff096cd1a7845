/** A control plane for tests of this package: real TLS, WebSocket, log and streams; its state is in memory. */
import { createHash, randomBytes, randomUUIDv7, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ClaimedJob, ControlMethods, DataPlaneMethods, Signed, WrappedKey } from '@keyhold/contract'
import { WebSocketServer, type WebSocket } from 'ws'
import { DataError } from '../errors.ts'
import { digestOf, readBody } from '../formats/statements.ts'
import { pinOf } from '../link/pinned-tls.ts'
import { Peer, type Handlers } from '../rpc/peer.ts'
import { testCertificate, testKey } from './certificate.ts'
import { TestDocuments } from './test-documents.ts'
import { TestLedger } from './test-ledger.ts'

type DataPlanePeer = Peer<ControlMethods, DataPlaneMethods>
type Upload = ControlMethods['uploads.read']['result'] & { content: Buffer }
type Failure = ControlMethods['jobs.fail']['params']

export class TestControl {
  readonly organisation = randomUUIDv7()
  readonly ledger = new TestLedger()
  readonly documents = new TestDocuments()
  readonly pin = pinOf(new X509Certificate(testCertificate))
  readonly objects = new Map<string, Buffer>()
  readonly uploads = new Map<string, Upload>()
  readonly catalogue = new Map<string, Signed>()
  /** Manifests that were replaced last. */
  readonly beforeLast = new Map<string, Signed>()
  readonly keys: WrappedKey[] = []
  set: Signed = { statement: '', signature: '', keyId: '' }
  readonly projects: string[] = []
  readonly roster: Signed[] = []
  readonly failures: Failure[] = []
  readonly responses = new Map<string, Buffer>()
  /** Sealed reports by job. */
  readonly reports = new Map<string, { table: string; report: string | null }>()
  /** Set by tests: runs before a commit is taken, and may refuse it. */
  beforeCommit: ((params: ControlMethods['jobs.commit']['params']) => void) | undefined
  /** Set by tests: runs once a commit is kept and before it is answered. */
  afterCommit: (() => void) | undefined
  /** Set by tests: runs before a deletion is taken, and may refuse it. */
  beforeDelete: (() => void) | undefined
  /** Set by tests: runs once a deletion is kept and before it is answered. */
  afterDelete: (() => void) | undefined
  version = 0
  readonly #server: Server
  readonly #jobs: ClaimedJob[] = []
  readonly #claimed = new Map<string, ClaimedJob>()
  readonly #lastJob = new Map<string, string>()
  readonly #quarantines = new Map<string, string>()
  readonly #waiting = new Map<string, PromiseWithResolvers<{ code: string | null }>>()
  #peer = Promise.withResolvers<DataPlanePeer>()
  #socket: WebSocket | undefined

  private constructor() {
    this.#server = createServer({ key: testKey, cert: testCertificate }, (request, response) => {
      this.#serve(request, response).catch(() => response.destroy())
    })
    const sockets = new WebSocketServer({ noServer: true })
    this.#server.on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (opened) => this.#admit(opened))
    })
  }

  static async start(): Promise<TestControl> {
    const control = new TestControl()
    control.#server.listen(0, '127.0.0.1')
    await once(control.#server, 'listening')
    return control
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  peer(): Promise<DataPlanePeer> {
    return this.#peer.promise
  }

  /** Cuts the link, as a failing network does. */
  dropLink(): void {
    this.awaitPeer()
    this.#socket?.terminate()
  }

  /** The next data plane to connect is the one that `peer` answers with. */
  awaitPeer(): void {
    this.#peer = Promise.withResolvers()
  }

  /** Makes an upload with its job and tells the data plane. */
  async addUpload(upload: Omit<Upload, 'received' | 'state'>, project: string): Promise<{ id: string; job: string }> {
    const [id, job] = [randomUUIDv7(), randomUUIDv7()]
    this.uploads.set(id, { ...upload, state: 'open', received: upload.content.length })
    this.#waiting.set(job, Promise.withResolvers())
    this.#jobs.push({ id: job, kind: 'import', attempt: 1, project, upload: id, table: upload.table, leaseSeconds: 60 })
    ;(await this.peer()).note('jobs.available', {})
    return { id, job }
  }

  /** Another attempt of an upload's job. */
  async retry(upload: string, project: string): Promise<string> {
    const found = this.uploads.get(upload)
    if (!found) throw new Error('no such upload')
    return (await this.addUpload(found, project)).job
  }

  /** Resolves when a job has ended: with null, or with the code of its failure. */
  async ended(job: string): Promise<string | null> {
    return (await this.#waiting.get(job)?.promise)?.code ?? null
  }

  async stop(): Promise<void> {
    this.#socket?.terminate()
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #admit(socket: WebSocket): void {
    const peer: DataPlanePeer = new Peer<ControlMethods, DataPlaneMethods>(
      (message) => socket.send(message),
      this.#handlers(),
    )
    this.#socket = socket
    socket.on('message', (data) => peer.receive(data as Buffer))
    socket.on('close', () => peer.end())
    this.#admitted = peer
  }
  #admitted: DataPlanePeer | undefined

  #handlers(): Handlers<ControlMethods> {
    return {
      'link.hello': async () => {
        if (this.#admitted) this.#peer.resolve(this.#admitted)
        return { result: { session: randomBytes(16).toString('base64url'), organisation: this.organisation } }
      },
      'jobs.claim': async ({ most }) => {
        const jobs = this.#jobs.splice(0, most)
        for (const job of jobs) this.#claimed.set(job.id, job)
        return { result: { jobs } }
      },
      'jobs.renew': async () => ({ result: { cancelled: false } }),
      'jobs.fail': async (failure) => {
        this.failures.push(failure)
        const table = this.#claimed.get(failure.job)?.table ?? ''
        this.reports.set(failure.job, { table, report: failure.report ?? null })
        this.#waiting.get(failure.job)?.resolve({ code: failure.code })
        return { result: {} }
      },
      'jobs.quarantine': async ({ job }) => ({ result: this.#quarantineOf(job) }),
      'jobs.report': async (params) => {
        const job = 'job' in params ? params.job : (this.#lastJob.get(params.table) ?? '')
        const found = this.reports.get(job)
        if (!found) throw new DataError('job.unknown', 'unknown', '')
        return { result: { job, ...found } }
      },
      'jobs.commit': async (params) => ({ result: this.#commit(params) }),
      'uploads.read': async ({ upload }) => ({ result: this.#readUpload(upload) }),
      'catalogue.read': async () => ({
        result: {
          version: this.version,
          tables: [...this.catalogue].map(([table, manifest]) => ({ table, manifest })),
        },
      }),
      'keys.store': async ({ keys }) => {
        this.keys.push(...keys)
        return { result: {} }
      },
      'keys.read': async () => ({ result: { set: this.set, keys: this.keys } }),
      'projects.list': async () => ({ result: { projects: this.projects } }),
      'tables.delete': async ({ table, manifest }) => {
        this.beforeDelete?.()
        this.catalogue.set(table, manifest)
        this.version++
        this.afterDelete?.()
        return { result: { catalogueVersion: this.version } }
      },
      ...this.documents.handlers(),
      'roster.read': async ({ from }) => ({ result: { statements: this.roster.slice(from - 1) } }),
      'ledger.read': async (range) => ({ result: await this.ledger.read(range) }),
      'ledger.append': async (params) => ({ result: await this.ledger.append(params) }),
      'ledger.head': async () => ({
        result: { sequence: this.ledger.entries.length, checkpoint: '', last: this.ledger.last },
      }),
    }
  }

  #commit(params: ControlMethods['jobs.commit']['params']): ControlMethods['jobs.commit']['result'] {
    this.beforeCommit?.(params)
    const statements = [params.manifest, ...(params.quarantine ? [params.quarantine] : [])]
    for (const statement of statements) {
      const manifest = readBody('manifest', statement)
      const current = this.catalogue.get(manifest.tableId)
      if ((current ? digestOf(current) : null) !== manifest.previous)
        throw new DataError('commit.conflict', 'conflict', '')
    }
    for (const statement of statements) {
      const { tableId } = readBody('manifest', statement)
      const current = this.catalogue.get(tableId)
      if (current) this.beforeLast.set(tableId, current)
      this.catalogue.set(tableId, statement)
    }
    const { tableId: table } = readBody('manifest', params.manifest)
    this.#lastJob.set(table, params.job)
    this.reports.set(params.job, { table, report: params.report ?? null })
    this.version++
    this.#waiting.get(params.job)?.resolve({ code: null })
    this.afterCommit?.()
    return { snapshot: randomUUIDv7(), catalogueVersion: this.version }
  }

  #quarantineOf(job: string): ControlMethods['jobs.quarantine']['result'] {
    const of = this.#claimed.get(job)?.table ?? ''
    const table = this.#quarantines.get(of) ?? randomUUIDv7()
    this.#quarantines.set(of, table)
    return { table, bucket: 'main', name: `t_${of.replaceAll('-', '')}__quarantine` }
  }

  #readUpload(id: string): ControlMethods['uploads.read']['result'] {
    const found = this.uploads.get(id)
    if (!found) throw new DataError('upload.unknown', 'unknown', '')
    const { content: _, ...state } = found
    return state
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'https://localhost')
    const [, , , kind = '', id = ''] = url.pathname.split('/')
    if (kind === 'enrol') return this.#enrol(request, response)
    if (kind === 'objects' && request.method === 'PUT') return this.#putObject(id, request, response)
    if (kind === 'objects') return void response.end(this.objects.get(id))
    if (kind === 'uploads') {
      return void response.end(this.uploads.get(id)?.content.subarray(Number(url.searchParams.get('offset'))))
    }
    if (kind === 'responses') {
      this.responses.set(id, await readAll(request))
      return void response.writeHead(204).end()
    }
    response.writeHead(404).end()
  }

  async #enrol(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { identityPublicKey } = JSON.parse((await readAll(request)).toString()) as { identityPublicKey: string }
    this.ledger.dataPlanes = [identityPublicKey]
    const answer = { organisation: this.organisation, dataPlane: randomUUIDv7(), ledgerKey: this.ledger.verifierKey }
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  }

  async #putObject(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const content = await readAll(request)
    this.objects.set(id, content)
    const digest = createHash('sha256').update(content).digest('base64url')
    response
      .writeHead(201, { 'content-type': 'application/json' })
      .end(JSON.stringify({ length: content.length, digest }))
  }
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
