/**
 * One port for TLS and for those who forgot it. The first byte of a connection tells: 0x16 starts a TLS handshake.
 * Over plain HTTP pages are redirected, the API refuses, and a token seen there is dead (CLU-06). The authority's signed
 * list of revoked certificates is given there too: who asks for it cannot believe TLS yet.
 */
import { constants } from 'node:crypto'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer, type Server } from 'node:https'
import type { Socket } from 'node:net'
import { revocationListPath, type ServerIdentity } from '../tls/authority.ts'
import { readCookie, sessionCookie } from './credentials.ts'
import { failHttp } from './errors.ts'
import { securityHeaders } from './headers.ts'
import { problemType, renderProblem } from './problems.ts'
import { cutSlowReaders } from './slow-readers.ts'

export const revocationListType = 'application/pkix-crl'

const tlsHandshakeByte = 0x16
const firstByteLimit = 10_000
const plainLimit = 10_000

/** TLS 1.2 and later with authenticated encryption only; hybrid post-quantum key exchange first. */
const tlsOptions = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
  ].join(':'),
  honorCipherOrder: true,
  ecdhCurve: 'X25519MLKEM768:X25519:P-256:P-384',
  handshakeTimeout: 10_000,
  // A renegotiation costs the server more than who asks for it; a ticket's key, kept for as long as the server runs, would
  // open what was recorded of TLS 1.2.
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_TICKET,
  ALPNProtocols: ['http/1.1'],
} as const

export type ListenerOptions = {
  readonly identity: ServerIdentity
  readonly handler: RequestListener
  /** Told of each bearer and session cookie that came over plain HTTP; the answer waits for it. */
  readonly onPlainCredential: (credential: string) => Promise<void>
}

export type Listener = {
  readonly server: Server
  /** Ends every connection, those that were upgraded or said nothing yet too. */
  readonly destroySockets: () => void
}

/** The HTTPS server, which also answers plain HTTP on its port. Not listening yet. */
export function createListener({ identity, handler, onPlainCredential }: ListenerOptions): Listener {
  const server = createHttpsServer(
    {
      ...tlsOptions,
      cert: identity.chain,
      key: identity.key,
      // A client must finish its header in this time; bodies have limits of their own (uploads are long).
      headersTimeout: 15_000,
      requestTimeout: 0,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5_000,
      maxHeaderSize: 16 * 1024,
      noDelay: true,
      // Refused by the server's own hook, with a problem document.
      requireHostHeader: false,
    },
    handler,
  )
  server.timeout = 120_000
  server.maxConnections = 4096
  const plain = createHttpServer({ maxHeaderSize: 16 * 1024 }, (request, response) => {
    void endCredentials(request, onPlainCredential).then((had) => answerPlain(request, response, had, identity))
  })
  const startTls = server.listeners('connection') as ((this: Server, socket: Socket) => void)[]
  const sockets = new Set<Socket>()
  cutSlowReaders(server, sockets)
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.setTimeout(firstByteLimit, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.once('data', (chunk: Buffer) => {
      socket.pause()
      socket.setTimeout(0)
      socket.removeAllListeners('timeout')
      socket.unshift(chunk)
      // The TLS layer takes what was read from the socket's buffer by itself; resuming would let it run off.
      if (chunk[0] === tlsHandshakeByte) for (const listener of startTls) listener.call(server, socket)
      else {
        // There is one short answer over plain HTTP, and Node's own limits hold only for servers that listen.
        const limit = setTimeout(() => socket.destroy(), plainLimit)
        socket.once('close', () => clearTimeout(limit))
        plain.emit('connection', socket)
        socket.resume()
      }
    })
  })
  const destroySockets = () => sockets.forEach((socket) => socket.destroy())
  return { server, destroySockets }
}

/** Takes the certificate of a renewal for the connections to come. */
export function renewIdentity(server: Server, identity: ServerIdentity): void {
  server.setSecureContext({ ...tlsOptions, cert: identity.chain, key: identity.key })
}

/** Ends what was sent to prove who calls, before the answer says so. True when there was something. */
async function endCredentials(
  { headers }: IncomingMessage,
  onCredential: (credential: string) => Promise<void>,
): Promise<boolean> {
  const bearer = /^bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  const cookie = readCookie(headers.cookie ?? '', sessionCookie)
  const sent = [bearer, cookie].filter((value) => value !== undefined)
  await Promise.allSettled(sent.map(onCredential))
  return sent.length > 0
}

function answerPlain(
  request: IncomingMessage,
  response: ServerResponse,
  hadCredential: boolean,
  { revocationList }: ServerIdentity,
): void {
  response.setHeader('connection', 'close')
  for (const [name, value] of Object.entries(securityHeaders(undefined))) response.setHeader(name, value)
  const target = readTarget(request)
  const isPage = (request.method === 'GET' || request.method === 'HEAD') && target && !target.path.startsWith('/v1')
  if (isPage && !hadCredential && target.path === revocationListPath) {
    response.writeHead(200, { 'content-type': revocationListType }).end(revocationList())
    return
  }
  if (isPage && !hadCredential) {
    response.writeHead(308, { location: `https://${target.host}${target.path}` }).end()
    return
  }
  const problem = renderProblem(failHttp('http.upgrade_required'))
  response.writeHead(problem.status, { 'content-type': problemType, upgrade: 'TLS/1.2, HTTP/1.1' })
  response.end(JSON.stringify(problem))
}

/** Host and path, if they are what a redirect may repeat. */
function readTarget(request: IncomingMessage): { host: string; path: string } | undefined {
  const host = request.headers.host ?? ''
  const path = request.url ?? ''
  if (!/^([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?$/i.test(host)) return undefined
  return /^\/[\x21-\x7e]*$/.test(path) && !path.startsWith('//') ? { host, path } : undefined
}
