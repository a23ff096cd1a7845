/** HTTPS to the control plane for bodies: enrolment, objects, uploads' content, large responses. Pinned, kept alive. */
import type { TLSSocket } from 'node:tls'
import { Pool, type Dispatcher } from 'undici'
import { DataError } from '../errors.ts'
import { connectPinned, type ServerAddress } from './pinned-tls.ts'

export type Body = AsyncIterable<Uint8Array> | Uint8Array
type BodyReader = AsyncIterable<Buffer>

export class ControlHttp {
  readonly #pool: Pool
  #session = ''

  constructor(address: ServerAddress) {
    this.#pool = new Pool(address.url, {
      connections: 16,
      pipelining: 1,
      bodyTimeout: 60_000,
      headersTimeout: 60_000,
      connect: (_options, callback) => void connectFor(address, callback),
    })
  }

  /** Bearer of the present link connection. */
  useSession(session: string): void {
    this.#session = session
  }

  /** Sends JSON and reads JSON. @throws the server's problem by its code. */
  async postJson<T>(path: string, body: unknown): Promise<T> {
    const answer = await this.#send('POST', path, Buffer.from(JSON.stringify(body)), 'application/json')
    return (await answer.body.json()) as T
  }

  /** Stages a sealed object. @throws the server's problem by its code. */
  async putObject(object: string, body: Body, length: number): Promise<{ length: number; digest: string }> {
    const answer = await this.#send('PUT', `/v1/link/objects/${object}`, body, sealedType, {
      'content-length': `${length}`,
    })
    return (await answer.body.json()) as { length: number; digest: string }
  }

  /** A sealed object's bytes. @throws `object.forged` when it has another length than the manifest says */
  async readObject(object: string, length: number): Promise<BodyReader> {
    const answer = await this.#send('GET', `/v1/link/objects/${object}`)
    // The header bounds the body; stopping in the middle of one that is too long would wait for its end.
    if (answer.headers['content-length'] === `${length}`) return answer.body
    answer.body.on('error', () => {}).destroy()
    throw objectForged()
  }

  /** Ciphertext of an upload from `offset`: what is there, and what comes within the server's patience. */
  async readUpload(upload: string, offset: number, signal?: AbortSignal): Promise<BodyReader> {
    return (
      await this.#send('GET', `/v1/link/uploads/${upload}/content?offset=${offset}`, undefined, undefined, {}, signal)
    ).body
  }

  /** Posts a response to the client that waits for `request`. */
  async postResponse(request: string, body: Body, length: number, outcome: string): Promise<void> {
    const headers = { 'content-length': `${length}`, 'x-keyhold-outcome': outcome }
    await (await this.#send('POST', `/v1/link/responses/${request}`, body, sealedType, headers)).body.dump()
  }

  close(): Promise<void> {
    return this.#pool.destroy()
  }

  async #send(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: Body,
    type?: string,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const answer = await this.#pool.request({
      method,
      path,
      headers: {
        ...headers,
        ...(type && { 'content-type': type }),
        ...(this.#session && { authorization: `Bearer ${this.#session}` }),
      },
      body: body === undefined ? null : body instanceof Uint8Array ? body : (body as unknown as Buffer),
      ...(signal && { signal }),
    })
    if (answer.statusCode >= 400) throw await readProblem(answer)
    return answer
  }
}

/** The store gave other bytes than a manifest names. */
export function objectForged(): DataError {
  return new DataError(
    'object.forged',
    'A stored data file is not the one that its manifest names.',
    'Restore the object store from its copy.',
  )
}

type Connected = (...outcome: [null, TLSSocket] | [Error, null]) => void

async function connectFor(address: ServerAddress, tell: Connected): Promise<void> {
  try {
    tell(null, await connectPinned(address))
  } catch (error) {
    tell(error as Error, null)
  }
}

const sealedType = 'application/vnd.keyhold.sealed'

async function readProblem(answer: Dispatcher.ResponseData): Promise<DataError> {
  const text = await answer.body.text()
  try {
    const problem = JSON.parse(text) as { code?: string; detail?: string; title?: string; remedy?: string }
    return new DataError(problem.code ?? 'link.unexpected', problem.detail ?? problem.title ?? '', problem.remedy ?? '')
  } catch {
    return new DataError(
      'link.unexpected',
      `The control plane answered with status ${answer.statusCode}.`,
      'Look into its log.',
    )
  }
}
