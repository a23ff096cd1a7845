/** One WebSocket to the control plane, authenticated by the identity key over the TLS exporter (RFC 5705, RFC 8446 7.5). */
import type { ControlMethods, Custody, DataPlaneMethods } from '@keyhold/contract'
import type { TLSSocket } from 'node:tls'
import { WebSocket } from 'ws'
import type { Handlers, NoteHandlers } from '../rpc/peer.ts'
import { Peer } from '../rpc/peer.ts'
import { connectPinned, type ServerAddress } from './pinned-tls.ts'

type ControlPeer = Peer<DataPlaneMethods, ControlMethods>

export type SocketOptions = {
  readonly address: ServerAddress
  readonly dataPlane: string
  readonly custody: Custody
  /** Signs {purpose, exporter, dataPlane} with the identity key; base64url. */
  readonly signHello: (exporter: string) => Promise<string>
  readonly handlers: Handlers<DataPlaneMethods>
  readonly notes: NoteHandlers
}

export type OpenSocket = {
  peer: ControlPeer
  session: string
  organisation: string
  closed: Promise<void>
  close: () => void
}

/** A frame is at most 4 MiB and the JSON around it. */
const frameLimit = (4 << 20) + (64 << 10)
const silenceLimit = 25_000

/** Connects, checks the pin, says hello. Rejects when any of these fails. */
export async function openSocket(options: SocketOptions): Promise<OpenSocket> {
  const tls = await connectPinned(options.address)
  const socket = await upgrade(tls, options.address)
  const peer: ControlPeer = new Peer((message) => sendTogether(socket, tls, message), options.handlers, options.notes)
  const closed = watch(socket, tls, peer)
  const exporter = tls.exportKeyingMaterial(32, 'EXPORTER-keyhold-link', Buffer.alloc(0)).toString('base64url')
  try {
    const signature = await options.signHello(exporter)
    const { dataPlane, custody } = options
    const { result } = await peer.call('link.hello', { dataPlane, custody, signature })
    return { peer, ...result, closed, close: () => endSocket(socket) }
  } catch (error) {
    socket.terminate()
    throw error
  }
}

/** Messages of the same turn of the event loop leave with one system call. */
function sendTogether(socket: WebSocket, tls: TLSSocket, message: Buffer): void {
  if (tls.writableCorked === 0) {
    tls.cork()
    setImmediate(() => tls.uncork())
  }
  socket.send(message)
}

function upgrade(tls: TLSSocket, address: ServerAddress): Promise<WebSocket> {
  const url = new URL('/v1/link', address.url)
  url.protocol = 'wss:'
  const socket = new WebSocket(url, {
    createConnection: () => tls,
    perMessageDeflate: false,
    maxPayload: frameLimit,
    handshakeTimeout: 10_000,
  })
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
}

/** Hands messages over; ends the peer when the socket closes or was silent for longer than the server's pings allow. */
function watch(socket: WebSocket, tls: TLSSocket, peer: ControlPeer): Promise<void> {
  tls.setTimeout(silenceLimit, () => socket.terminate())
  socket.on('message', (data) => {
    try {
      peer.receive(data as Buffer)
    } catch {
      socket.close(1002)
    }
  })
  // 'close' follows every error.
  socket.on('error', () => {})
  return new Promise((resolve) => {
    socket.once('close', () => {
      peer.end()
      resolve()
    })
  })
}

function endSocket(socket: WebSocket): void {
  socket.close(1001)
  setTimeout(() => socket.terminate(), 1000).unref()
}
