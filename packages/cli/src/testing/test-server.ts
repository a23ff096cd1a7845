/**
 * A server for tests of this package: real TLS, real tus offsets, a real anchor and sealing key, kept in memory. It stands
 * where the control plane stands and, holding the sealing key, can also say what the data plane would read.
 */
import { createHash, randomUUIDv7, X509Certificate } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Signed } from '@keyhold/contract'
import { drawSigningSeed, encodeBase64url, importSigningSeed, signStatement, type SigningKey } from '@keyhold/sealed'
import { generateSealingKey, openBytes, type SealingKey } from '@keyhold/sealed/open'
import { testCertificate, testKey } from './certificate.ts'

export type StoredUpload = {
  id: string
  job: string
  file: string
  length: number
  headerLength: number
  segmentLength: number
  mode: string
  table: string
  opening: string
  content: Buffer
  state: 'open' | 'closed' | 'abandoned'
  closing: Signed | null
}

export class TestServer {
  readonly organisation = randomUUIDv7()
  readonly project = randomUUIDv7()
  readonly tableId = randomUUIDv7()
  readonly anchor: SigningKey
  readonly sealingKey: SealingKey
  readonly uploads = new Map<string, StoredUpload>()
  /** Requests by method and path, in order. */
  readonly log: string[] = []
  /** Called with each received chunk of a PATCH; may break the connection. */
  onChunk: (received: number, request: IncomingMessage) => void = () => undefined
  /** Who signs the sealing-key set, and its number. */
  setSigner: SigningKey
  setNumber = 1
  /** State of every import. */
  jobState: 'running' | 'failed' | 'cancelled' = 'running'
  /** The device whose key is on the roster. */
  device: SigningKey
  readonly #server: Server
  readonly #started = Date.now()
  readonly #receiving = new Set<Promise<void>>()
  readonly #byKey = new Map<string, string>()

  private constructor(anchor: SigningKey, sealingKey: SealingKey) {
    this.anchor = anchor
    this.setSigner = anchor
    this.device = anchor
    this.sealingKey = sealingKey
    this.#server = createServer({ key: testKey, cert: testCertificate }, (request, response) => {
      this.log.push(`${request.method} ${request.url}`)
      this.#answer(request, response).catch(() => request.destroy())
    })
  }

  static async start(): Promise<TestServer> {
    const anchor = await importSigningSeed(drawSigningSeed())
    const server = new TestServer(anchor, await generateSealingKey('mlkem768-x25519'))
    await server.listen(0)
    return server
  }

  async listen(port: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#server.listen(port, '127.0.0.1', resolve)
    await promise
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`
  }

  get pin(): string {
    const key = new X509Certificate(testCertificate).publicKey.export({ type: 'spki', format: 'der' })
    return createHash('sha256').update(key).digest('base64url')
  }

  async stop(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#server.close(() => resolve())
    this.#server.closeAllConnections()
    await promise
  }

  /** Resolves when no upload is being received. */
  async settle(): Promise<void> {
    while (this.#receiving.size > 0) await Promise.all(this.#receiving)
  }

  /** The plaintext of a finished upload, as the data plane would read it. */
  async open(upload: StoredUpload): Promise<Uint8Array> {
    const { organisation, project } = this
    const expected = { organisation, project, table: upload.table, file: upload.file, purpose: 'upload' } as const
    const keys = { sealingKey: (keyId: string) => (keyId === this.sealingKey.keyId ? this.sealingKey : undefined) }
    return openBytes(upload.content, keys, expected)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? ''
    const content = /\/uploads\/([^/]+)\/content$/.exec(path)
    const upload = /\/uploads\/([^/]+)(\/close)?$/.exec(path)
    if (content !== null) return this.#track(this.#content(request, response, this.uploads.get(content[1] ?? '')))
    if (path.endsWith('/v1/roster')) return sendJson(response, 200, await this.#roster())
    if (path.endsWith('/keys')) return sendJson(response, 200, await this.#keys())
    if (path.endsWith('/uploads')) return sendJson(response, 201, await this.#create(request))
    if (upload !== null) return this.#upload(request, response, this.uploads.get(upload[1] ?? ''))
    if (path.includes('/jobs/')) return sendJson(response, 200, { job: this.#job() })
    if (path.endsWith('/v1/me')) return sendJson(response, 200, this.#self())
    sendJson(response, 404, { type: 'about:blank', title: 'Not found', status: 404, code: 'route.unknown' })
  }

  async #track(receiving: Promise<void>): Promise<void> {
    const settled = receiving.catch(() => undefined)
    this.#receiving.add(settled)
    await settled
    this.#receiving.delete(settled)
    return receiving
  }

  #job(): object {
    const ended = { state: this.jobState, code: 'import.bad_row', message: 'Line 7 is bad.', remedy: 'Mend it.' }
    return { ...ended, progress: null, snapshot: null }
  }

  #self() {
    const { organisation, project } = this
    return { kind: 'token', id: randomUUIDv7(), organisation, organisationName: 'Test', project, scopes: [] }
  }

  async #roster() {
    const { organisation, anchor } = this
    const { keyId, publicKey } = this.device
    const change = { kind: 'owner', keyId, publicKey: encodeBase64url(publicKey), name: 'Test' }
    const created = new Date(this.#started).toISOString()
    const first = await signStatement(anchor, 'roster', { organisation, number: 1, previous: null, change, created })
    return { statements: [first], anchorPublicKey: encodeBase64url(anchor.publicKey) }
  }

  async #keys() {
    const { keyId, suite, publicKey } = this.sealingKey
    const set = await signStatement(this.setSigner, 'sealing-key-set', {
      organisation: this.organisation,
      project: this.project,
      number: this.setNumber,
      previous: null,
      keys: [{ keyId, suite, publicKey: encodeBase64url(publicKey) }],
      signer: encodeBase64url(this.anchor.publicKey),
      created: new Date(this.#started).toISOString(),
      expires: new Date(this.#started + 86_400_000).toISOString(),
    })
    return { set, anchorPublicKey: encodeBase64url(this.setSigner.publicKey) }
  }

  async #create(request: IncomingMessage): Promise<object> {
    const body = JSON.parse((await readAll(request)).toString()) as StoredUpload
    const key = String(request.headers['idempotency-key'])
    const id = this.#byKey.get(key) ?? randomUUIDv7()
    this.#byKey.set(key, id)
    const fresh = { ...body, id, job: randomUUIDv7(), content: Buffer.alloc(0), state: 'open' as const, closing: null }
    const stored = this.uploads.get(id) ?? fresh
    this.uploads.set(id, stored)
    return { upload: describe(stored) }
  }

  async #upload(request: IncomingMessage, response: ServerResponse, upload: StoredUpload | undefined): Promise<void> {
    if (upload === undefined) return sendJson(response, 404, refusal(404, 'upload.unknown'))
    if (request.method === 'GET') return sendJson(response, 200, { upload: describe(upload) })
    if (request.method === 'DELETE') {
      upload.state = 'abandoned'
      response.writeHead(204).end()
      return
    }
    upload.closing = (JSON.parse((await readAll(request)).toString()) as { closing: Signed }).closing
    upload.state = 'closed'
    sendJson(response, 200, { job: upload.job })
  }

  async #content(request: IncomingMessage, response: ServerResponse, upload: StoredUpload | undefined): Promise<void> {
    if (upload === undefined) return sendJson(response, 404, refusal(404, 'upload.unknown'))
    if (request.method === 'HEAD') {
      response.writeHead(200, { 'upload-offset': upload.content.length }).end()
      return
    }
    if (upload.state !== 'open') return sendJson(response, 409, refusal(409, 'upload.not_open'))
    const offset = Number(request.headers['upload-offset'])
    if (offset !== upload.content.length) return sendJson(response, 409, refusal(409, 'upload.offset_mismatch'))
    const parts: Buffer[] = [upload.content]
    const keep = (): void => {
      const whole = Buffer.concat(parts)
      upload.content = whole.subarray(0, wholeLength(upload, whole.length))
    }
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        parts.push(chunk)
        this.onChunk(chunk.length, request)
      }
    } finally {
      keep()
    }
    response.writeHead(204, { 'upload-offset': upload.content.length }).end()
  }
}

/** The acknowledged part: header and whole segments, or everything. */
function wholeLength(upload: StoredUpload, received: number): number {
  if (received >= upload.length) return upload.length
  if (received < upload.headerLength) return 0
  return received - ((received - upload.headerLength) % upload.segmentLength)
}

function describe({ id, job, file, table, length, content, state }: StoredUpload): object {
  return { id, job, file, table, length, received: content.length, state, expires: new Date().toISOString() }
}

function refusal(status: number, code: string): object {
  return { type: 'about:blank', title: code, status, code }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts)
}
