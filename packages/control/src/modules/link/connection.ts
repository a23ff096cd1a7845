/** One connection to a data plane: calls both ways over a WebSocket, bounded, with time limits and keep-alive. */
import type { Duplex } from 'node:stream'
import type { LinkFrame } from '@keyhold/contract'
import { type RawData, WebSocket } from 'ws'
import { AppError } from '../../platform/errors.ts'
import { failLink } from './errors.ts'
import { decodeFrame, encodeFrame } from './frame.ts'

type Answer = { readonly result: unknown; readonly body: Buffer }

/** Answers a call of the peer. What it throws goes back as a problem: an AppError by its code, the rest as `link.internal`. */
export type CallHandler = (method: string, params: unknown, body: Buffer) => Promise<unknown>

export type CallOptions = { readonly body?: Uint8Array; readonly timeout?: number }

export type Connection = {
  /** @throws the peer's refusal by its code, `link.timeout`, `link.too_many_calls`, `data_plane.away` */
  readonly call: (method: string, params: unknown, options?: CallOptions) => Promise<Answer>
  readonly note: (method: string, params: unknown) => void
  /** Ends the connection with a WebSocket close code; waiting calls fail with `data_plane.away`. */
  readonly close: (code: number, reason: string) => void
  readonly closed: Promise<void>
}

const mostCalls = 4096
const mostIncoming = 256
const callTimeout = 30_000
const pingInterval = 10_000
/** WebSocket close codes (RFC 6455 section 7.4; 4000 and up are ours). */
export const closeCodes = { protocolError: 1002, policy: 1008, goingAway: 1001, replaced: 4001, silent: 4002 } as const

type Waiting = { resolve: (answer: Answer) => void; reject: (error: Error) => void; timer: NodeJS.Timeout }

/**
 * Speaks the link's protocol on an open socket; `onFault` hears of errors that are not the peer's business. `transport` is
 * what the socket writes to.
 */
export function openConnection(
  socket: WebSocket,
  handle: CallHandler,
  onFault: (cause: unknown) => void,
  onNote: (method: string) => void = () => {},
  transport?: Duplex,
): Connection {
  const waiting = new Map<number, Waiting>()
  let nextId = 1
  let incoming = 0
  const { promise: closed, resolve: settleClosed } = Promise.withResolvers<void>()

  function send(frame: LinkFrame, body?: Uint8Array): void {
    if (socket.readyState !== WebSocket.OPEN) return
    if (transport !== undefined) corkTurn(transport)
    socket.send(encodeFrame(frame, body))
  }
  function call(method: string, params: unknown, options: CallOptions = {}): Promise<Answer> {
    if (socket.readyState !== WebSocket.OPEN) return Promise.reject(failLink('data_plane.away'))
    if (waiting.size >= mostCalls) return Promise.reject(failLink('link.too_many_calls', { retryAfter: 1 }))
    const id = nextId++
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const timer = setTimeout(() => settle(id)?.reject(failLink('link.timeout')), options.timeout ?? callTimeout)
    waiting.set(id, { resolve, reject, timer })
    try {
      send({ t: 'call', id, method, params }, options.body)
    } catch (cause) {
      settle(id)?.reject(cause as Error)
    }
    return promise
  }
  function settle(id: number): Waiting | undefined {
    const entry = waiting.get(id)
    if (entry === undefined) return undefined
    waiting.delete(id)
    clearTimeout(entry.timer)
    return entry
  }
  function receive(message: RawData, binary: boolean): void {
    if (!binary || !Buffer.isBuffer(message)) throw failLink('link.frame_malformed')
    const { frame, body } = decodeFrame(message)
    if (frame.t === 'reply') settle(frame.id)?.resolve({ result: frame.result, body })
    else if (frame.t === 'problem') settle(frame.id)?.reject(peerProblem(frame))
    else if (frame.t === 'note') onNote(frame.method)
    else void answer(frame.id, frame.method, frame.params, body)
  }
  async function answer(id: number, method: string, params: unknown, body: Buffer): Promise<void> {
    try {
      if (incoming >= mostIncoming) throw failLink('link.too_many_calls')
      incoming++
      try {
        send({ t: 'reply', id, result: await handle(method, params, body) })
      } finally {
        incoming--
      }
    } catch (cause) {
      if (!(cause instanceof AppError)) onFault(cause)
      const { code, message, remedy } = cause instanceof AppError ? cause : failLink('link.internal')
      send({ t: 'problem', id, code, message, remedy })
    }
  }

  const stopPings = keepAlive(socket)
  socket.on('message', (message, binary) => {
    try {
      receive(message, binary)
    } catch (cause) {
      onFault(cause)
      socket.close(closeCodes.protocolError, cause instanceof AppError ? cause.code : 'link.internal')
    }
  })
  socket.on('error', onFault)
  socket.once('close', () => {
    stopPings()
    for (const id of waiting.keys()) settle(id)?.reject(failLink('data_plane.away'))
    settleClosed()
  })
  return {
    call,
    note: (method, params) => send({ t: 'note', method, params }),
    close: (code, reason) => endSocket(socket, code, reason),
    closed,
  }
}

/** What is written in the same turn of the event loop leaves with one system call. */
function corkTurn(transport: Duplex): void {
  if (transport.writableCorked > 0) return
  transport.cork()
  setImmediate(() => transport.uncork())
}

/** Pings while the peer lives; ends a socket that was silent for two intervals. Returns what stops it. */
function keepAlive(socket: WebSocket): () => void {
  let heard = true
  socket.on('pong', () => (heard = true))
  socket.on('message', () => (heard = true))
  const timer = setInterval(() => {
    if (!heard) return socket.terminate()
    heard = false
    socket.ping()
  }, pingInterval)
  timer.unref()
  return () => clearInterval(timer)
}

function endSocket(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason)
  // A peer that is gone never answers the closing handshake.
  setTimeout(() => socket.terminate(), 2_000).unref()
}

function peerProblem(frame: { code: string; message: string; remedy?: string }): AppError {
  const status = peerStatus(frame.code)
  return new AppError(frame.code.slice(0, 100), {
    status,
    message: frame.message.slice(0, 500),
    remedy: (frame.remedy ?? 'Look into the data plane’s log.').slice(0, 500),
  })
}

/** The data plane's codes have no HTTP status of their own. */
function peerStatus(code: string): number {
  if (code.endsWith('.denied') || code.endsWith('.forged') || code.endsWith('.refused')) return 403
  if (code.endsWith('.internal')) return 502
  return 422
}
