/** HTTPS to the one pinned server: kept-alive connections, retries while it is away, streams both ways. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Transport } from '@keyhold/contract'
import { Agent, type Dispatcher } from 'undici'
import { CliError, exitCodes } from '../errors.ts'
import { connectPinned } from './pinned-socket.ts'

export type ConnectionOptions = {
  /** `https://host:port`. */
  readonly url: string
  readonly pin: string
  readonly signal: AbortSignal
  /** Told once whenever the server has gone away and is waited for. */
  readonly onWaiting: () => void
}

type StreamRequest = {
  method: 'GET' | 'HEAD' | 'POST' | 'PATCH'
  path: string
  headers: Record<string, string>
  body?: Uint8Array | AsyncIterable<Uint8Array>
  signal?: AbortSignal
}

export type StreamAnswer = {
  status: number
  headers: Record<string, string>
  body: AsyncIterable<Uint8Array> & { dump(): Promise<void> }
}

export type ServerConnection = {
  /** One call with retries: for the typed client. Throws `server.away` when patience ends. */
  readonly exchange: Transport
  /** One exchange without retries. Rejects with the socket's own error when there was no answer. */
  stream(request: StreamRequest): Promise<StreamAnswer>
  /** Waits a little longer with each failure; throws `server.away` when patience ends, else returns. */
  waitAfter(failure: unknown, attempt: number): Promise<void>
  close(): Promise<void>
}

/** A server that never answered is told about soon; one that did is waited for. */
const patienceMs = { first: 4_000, later: 120_000 } as const
const headersTimeout = 60_000
/** What the list of one's sessions calls this. */
const program = `keyhold (${process.platform})`

/** Opens nothing yet: the first exchange connects. */
export function connectServer(options: ConnectionOptions): ServerConnection {
  const agent = createAgent(options)
  const state = { answered: false, failingSince: 0, told: false }

  const stream = async (request: StreamRequest): Promise<StreamAnswer> => {
    const answer = await agent.request({
      origin: options.url,
      method: request.method,
      path: request.path,
      headers: { 'user-agent': program, ...request.headers },
      body: request.body === undefined ? null : toDispatcherBody(request.body),
      signal: request.signal ?? options.signal,
    } as Dispatcher.RequestOptions)
    state.answered = true
    if (!isAwayStatus(answer.statusCode)) Object.assign(state, { failingSince: 0, told: false })
    return { status: answer.statusCode, headers: flattenHeaders(answer.headers), body: answer.body }
  }

  const waitAfter = async (failure: unknown, attempt: number): Promise<void> => {
    options.signal.throwIfAborted()
    if (failure instanceof CliError) throw failure
    const now = performance.now()
    if (state.failingSince === 0) state.failingSince = now
    else if (state.answered && !state.told) {
      // A connection that was closed while idle is no absence: only the second failure in a row is.
      state.told = true
      options.onWaiting()
    }
    const patience = state.answered ? patienceMs.later : patienceMs.first
    if (now - state.failingSince > patience) throw describeAway(options.url, failure)
    const ceiling = Math.min(5_000, 100 * 2 ** attempt)
    await sleep(ceiling / 2 + (Math.random() * ceiling) / 2, undefined, { signal: options.signal })
  }

  const exchange: Transport = async (request) => {
    const headers = withIdempotencyKey(request.method, request.path, request.headers)
    const repeatable = request.method === 'GET' || request.method === 'HEAD' || 'idempotency-key' in headers
    for (let attempt = 0; ; attempt++) {
      try {
        const answer = await stream({ ...(request as StreamRequest), headers, ...encodeBody(request.body) })
        const body = await collect(answer.body)
        if (!repeatable || !isAwayStatus(answer.status) || !(await worthWaiting(answer, attempt, waitAfter))) {
          return { status: answer.status, headers: answer.headers, body }
        }
      } catch (error) {
        if (!isConnectionFailure(error)) throw error
        if (!repeatable) throw describeAway(options.url, error)
        await waitAfter(error, attempt)
      }
    }
  }
  return { exchange, stream, waitAfter, close: () => agent.destroy() }
}

function createAgent(options: ConnectionOptions): Agent {
  const { hostname, port } = new URL(options.url)
  const address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 443), pin: options.pin }
  return new Agent({
    connect: (_, deliver) => {
      connectPinned(address, 10_000).then(
        (socket) => deliver(null, socket),
        (error: Error) => deliver(error, null),
      )
    },
    headersTimeout,
    bodyTimeout: headersTimeout,
    keepAliveTimeout: 4_000,
    pipelining: 1,
  })
}

/** True when a status says that the server, or what it stands for, is away for now. */
function isAwayStatus(status: number): boolean {
  return status === 502 || status === 503 || status === 504
}

async function worthWaiting(
  answer: StreamAnswer,
  attempt: number,
  waitAfter: ServerConnection['waitAfter'],
): Promise<boolean> {
  // A data plane that stays away is the server's answer; only a short absence is waited out.
  if (attempt >= 6) return false
  await waitAfter(new Error(`HTTP ${answer.status}`), attempt)
  return true
}

/** True when no answer came: the request may be sent again if it is safe to. */
export function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof CliError) return false
  const code = 'code' in error ? String(error.code) : ''
  return /^(E[A-Z_]+|UND_ERR_(SOCKET|CONNECT_TIMEOUT|HEADERS_TIMEOUT|BODY_TIMEOUT|RES_CONTENT_LENGTH_MISMATCH))$/.test(
    code,
  )
}

function describeAway(url: string, cause: unknown): CliError {
  return new CliError(
    'server.away',
    `the server at ${url} does not answer`,
    'check that it runs and that the address is right, then try again.',
    {
      exitCode: exitCodes.failed,
      cause,
    },
  )
}

function withIdempotencyKey(method: string, path: string, headers: Record<string, string>): Record<string, string> {
  const mutates = method === 'POST' || method === 'PUT' || method === 'DELETE'
  if (!mutates || path.endsWith('/requests') || 'idempotency-key' in headers) return headers
  return { ...headers, 'idempotency-key': randomUUID() }
}

function encodeBody(body: Uint8Array | string | undefined): { body?: Uint8Array } {
  if (body === undefined) return {}
  return { body: typeof body === 'string' ? new TextEncoder().encode(body) : body }
}

function toDispatcherBody(body: Uint8Array | AsyncIterable<Uint8Array>): Uint8Array | AsyncIterable<Uint8Array> {
  return body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : body
}

function flattenHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  )
}

/** All bytes of a body. */
export async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts)
}
