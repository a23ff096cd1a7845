/** From an HTTP upgrade to an admitted link: the first call must be a hello signed over this very TLS connection. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { type WebSocket, WebSocketServer } from 'ws'
import { type AuditPort, installationLog } from '../../platform/audit-port.ts'
import type { Database } from '../../platform/database/database.ts'
import { AppError } from '../../platform/errors.ts'
import type { Log } from '../../platform/log.ts'
import { type CallHandler, type Connection, closeCodes, openConnection } from './connection.ts'
import { failLink } from './errors.ts'
import { frameLimit } from './frame.ts'
import type { DataPlanePeer, Links } from './links.ts'
import type { Methods } from './methods.ts'
import { isSignedBy } from './signatures.ts'
import { readDataPlane, touchDataPlane } from './store.ts'

const helloLimit = 10_000
const mostStrangers = 64
const exporterLabel = 'EXPORTER-keyhold-link'

const helloParams = Compile(
  Type.Object(
    {
      dataPlane: Type.String({ format: 'uuid' }),
      signature: Type.String({ maxLength: 200 }),
      custody: Type.Optional(Type.Enum(['demo', 'hosted', 'yours'])),
    },
    { additionalProperties: false },
  ),
)

export type AdmissionSetting = {
  readonly database: Database
  readonly links: Links
  readonly methods: Methods
  readonly log: Log
  readonly now: () => Date
  readonly audit: Pick<AuditPort, 'append'>
  readonly onAdmitted: (peer: DataPlanePeer) => void
  /** Whether this data plane may link from where it is. @throws `access.address_denied` */
  readonly checkAddress: (peer: DataPlanePeer, source: string | null) => Promise<void> | void
}

/** A connection before its hello. */
type Stranger = {
  readonly exporter: string
  readonly source: string | null
  readonly settle: () => void
  readonly transport: Duplex
}

/** Handles upgrades to /v1/link. Connections that have not said hello are few, and end after 10 seconds. */
export function createAdmission(setting: AdmissionSetting): {
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly close: () => void
} {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: frameLimit })
  let strangers = 0

  function handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (request.url !== '/v1/link') return refuseUpgrade(socket, '404 Not Found')
    // Browsers always say whose page asks, data planes never do.
    if (request.headers.origin !== undefined) return refuseUpgrade(socket, '403 Forbidden')
    // Before TLS 1.3 an exporter is not always bound to its connection (RFC 7627).
    if (!(socket instanceof TLSSocket) || socket.getProtocol() !== 'TLSv1.3') {
      return refuseUpgrade(socket, '426 Upgrade Required')
    }
    if (strangers >= mostStrangers) return refuseUpgrade(socket, '503 Service Unavailable')
    strangers++
    let counted = true
    const settle = () => {
      if (counted) strangers--
      counted = false
    }
    socket.once('close', settle)
    const exporter = socket.exportKeyingMaterial(32, exporterLabel, Buffer.alloc(0)).toString('base64url')
    const source = socket.remoteAddress ?? null
    server.handleUpgrade(request, socket, head, (webSocket) =>
      greet(webSocket, { exporter, source, settle, transport: socket }),
    )
  }
  function greet(socket: WebSocket, { exporter, source, settle, transport }: Stranger): void {
    let peer: DataPlanePeer | undefined
    const handle: CallHandler = async (method, params, body) => {
      if (peer !== undefined) return setting.methods.handle(peer, method, params, body)
      if (method !== 'link.hello') throw failLink('link.hello_expected')
      const known = await checkHello(setting, exporter, params)
      await setting.checkAddress(known, source)
      await recordLink(setting, known, source)
      clearTimeout(timer)
      settle()
      peer = known
      return admit(known, connection, source)
    }
    const refuse: CallHandler = async (...call) => {
      try {
        return await handle(...call)
      } catch (cause) {
        if (peer === undefined) {
          await recordRefusal(setting, source, cause)
          // After the answer.
          setImmediate(() => connection.close(closeCodes.policy, 'link.hello_refused'))
        }
        throw cause
      }
    }
    const onFault = (cause: unknown) => setting.log.warn('link.fault', describe(peer, cause))
    const connection = openConnection(socket, refuse, onFault, () => {}, transport)
    const timer = setTimeout(() => connection.close(closeCodes.policy, 'link.hello_expected'), helloLimit)
    void connection.closed.then(() => clearTimeout(timer))
  }
  function admit(
    peer: DataPlanePeer,
    connection: Connection,
    source: string | null,
  ): { session: string; organisation: string } {
    const session = `kh_link_${randomBytes(32).toString('base64url')}`
    setting.links.admit({ ...peer, connection, session, source })
    setting.log.info('link.up', { organisation: peer.organisation, dataPlane: peer.dataPlane })
    void connection.closed.then(() => setting.log.info('link.down', { dataPlane: peer.dataPlane }))
    // After the answer, so that the peer knows its session before it hears of work.
    setImmediate(() => setting.onAdmitted(peer))
    return { session, organisation: peer.organisation }
  }
  return { handleUpgrade, close: () => server.close() }
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/**
 * The data plane whose identity key signed the exporter of this connection: a hello cannot be relayed to another.
 *
 * @throws `link.hello_refused`
 */
async function checkHello(setting: AdmissionSetting, exporter: string, params: unknown): Promise<DataPlanePeer> {
  if (!helloParams.Check(params)) throw failLink('link.hello_refused')
  const { dataPlane, signature, custody } = params
  const found = await setting.database.lookUp.dataPlane(dataPlane)
  if (found === undefined) throw failLink('link.hello_refused')
  const { organisation } = found
  const signed = { purpose: 'keyhold link', exporter, dataPlane }
  await setting.database.withTenant({ organisation }, async (tx) => {
    const known = await readDataPlane(tx, dataPlane)
    if (known?.state !== 'enrolled' || !(await isSignedBy(known.identityKey, signed, signature))) {
      throw failLink('link.hello_refused')
    }
    await touchDataPlane(tx, dataPlane, { now: setting.now().toISOString(), custody: custody ?? null })
  })
  return { organisation, dataPlane }
}

function recordLink({ audit }: AdmissionSetting, peer: DataPlanePeer, source: string | null): Promise<void> {
  return audit.append({
    organisation: peer.organisation,
    project: null,
    action: 'data_plane.link',
    outcome: 'success',
    code: null,
    actor: { kind: 'dataPlane', id: peer.dataPlane },
    source,
    object: { kind: 'data_plane', id: peer.dataPlane },
    details: {},
  })
}

/** Nobody is known yet, so that it goes into the installation's log. */
function recordRefusal({ audit }: AdmissionSetting, source: string | null, cause: unknown): Promise<void> {
  return audit.append({
    organisation: installationLog,
    project: null,
    action: 'data_plane.link',
    outcome: 'denied',
    code: cause instanceof AppError ? cause.code : 'link.internal',
    actor: { kind: 'anonymous', id: null },
    source,
    object: null,
    details: {},
  })
}

function describe(peer: DataPlanePeer | undefined, cause: unknown): Record<string, string | undefined> {
  const code = (cause as { code?: unknown } | undefined)?.code
  return { dataPlane: peer?.dataPlane, code: typeof code === 'string' ? code : 'unexpected' }
}
