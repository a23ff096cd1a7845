/** A data plane as far as the link goes: real keys, a real TLS connection, real signatures. */
import { randomUUIDv7 } from 'node:crypto'
import { connect, type TLSSocket } from 'node:tls'
import type { ControlMethods, Manifest, Signed } from '@keyhold/contract'
import { drawSigningSeed, encodeCanonical, importSigningSeed, signStatement, type SigningKey } from '@keyhold/sealed'
import { WebSocket } from 'ws'
import { openConnection, type CallHandler, type Connection } from '../../link/connection.ts'
import type { WorkNode } from './work-node.ts'
import { callNode, type Place, readJson } from './work-world.ts'

export type TestKeys = { readonly identity: SigningKey; readonly anchor: SigningKey }
export type TestDataPlane = {
  readonly id: string
  readonly keys: TestKeys
  readonly session: string
  readonly connection: Connection
  /** Notes that came, by name. */
  readonly notes: string[]
  readonly call: <M extends keyof ControlMethods>(
    method: M,
    params: ControlMethods[M]['params'],
  ) => Promise<ControlMethods[M]['result']>
  readonly signManifest: (body: Manifest) => Promise<Signed>
  readonly close: () => Promise<void>
}

const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

export async function makeKeys(): Promise<TestKeys> {
  return { identity: await importSigningSeed(drawSigningSeed()), anchor: await importSigningSeed(drawSigningSeed()) }
}

/** What an enrolment says, signed for a server pin. */
export async function signEnrolment(token: string, serverPin: string, { identity, anchor }: TestKeys) {
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(token))).toString('base64url')
  const anchorPublicKey = encode(anchor.publicKey)
  const signed = { purpose: 'keyhold enrol', token: digest, serverPin, anchor: anchorPublicKey }
  const signature = encode(await identity.sign(encodeCanonical(signed)))
  return { token, identityPublicKey: encode(identity.publicKey), anchorPublicKey, signature }
}

export async function enrolTestPlane(node: WorkNode, { organisation }: Place, keys: TestKeys): Promise<string> {
  const { token } = await node.link.createEnrolment(organisation)
  const body = await signEnrolment(token, node.pin, keys)
  const answer = await callNode(node, 'POST', '/v1/link/enrol', { bearer: 'nobody', body })
  if (answer.status !== 201) throw new Error(`enrolment refused: ${answer.body.toString()}`)
  return readJson<{ dataPlane: string }>(answer).dataPlane
}

export type LinkSocket = { readonly socket: WebSocket; readonly tls: TLSSocket; readonly exporter: string }

/** A WebSocket on /v1/link before any hello. */
export async function openLinkSocket(node: WorkNode): Promise<LinkSocket> {
  const tls = connect({ host: '127.0.0.1', port: node.port, ca: node.authority, ALPNProtocols: ['http/1.1'] })
  await new Promise((resolve, reject) => tls.once('secureConnect', resolve).once('error', reject))
  const exporter = encode(tls.exportKeyingMaterial(32, 'EXPORTER-keyhold-link', Buffer.alloc(0)))
  const socket = new WebSocket(`wss://127.0.0.1:${node.port}/v1/link`, {
    createConnection: () => tls,
    perMessageDeflate: false,
  })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return { socket, tls, exporter }
}

export async function signHello(keys: TestKeys, exporter: string, dataPlane: string): Promise<string> {
  return encode(await keys.identity.sign(encodeCanonical({ purpose: 'keyhold link', exporter, dataPlane })))
}

const refuseCalls: CallHandler = () => Promise.reject(new Error('no calls expected'))

/** Connects an enrolled data plane and says hello. */
export async function connectTestPlane(
  node: WorkNode,
  id: string,
  keys: TestKeys,
  handle: CallHandler = refuseCalls,
): Promise<TestDataPlane> {
  const { socket, exporter } = await openLinkSocket(node)
  const notes: string[] = []
  const connection = openConnection(
    socket,
    handle,
    () => {},
    (method) => notes.push(method),
  )
  const hello = await connection.call('link.hello', { dataPlane: id, signature: await signHello(keys, exporter, id) })
  const { session } = hello.result as { session: string }
  return {
    id,
    keys,
    session,
    connection,
    notes,
    call: async (method, params) => (await connection.call(method, params)).result as never,
    signManifest: (body) => signStatement(keys.identity, 'manifest', body),
    close: () => {
      connection.close(1000, 'done')
      return connection.closed
    },
  }
}

/** A data plane of the place, enrolled and connected. */
export async function makeTestPlane(node: WorkNode, place: Place, handle?: CallHandler): Promise<TestDataPlane> {
  const keys = await makeKeys()
  return connectTestPlane(node, await enrolTestPlane(node, place, keys), keys, handle)
}

/** The first manifest of a place's table, for a file that an upload brought. */
export function firstManifest(place: Place, file: string, objects: Manifest['files']): Manifest {
  return {
    organisation: place.organisation,
    project: place.project,
    bucket: place.bucket,
    table: place.tableName,
    tableId: place.table,
    sequence: 1,
    previous: null,
    columns: [{ name: 'id', type: 'BIGINT' }],
    files: objects,
    rows: objects.reduce((sum, object) => sum + object.rows, 0),
    consumed: [{ file, idempotencyKey: randomUUIDv7(), expires: '2030-01-01T00:00:00.000Z' }],
    created: '2026-01-01T00:00:00.000Z',
  }
}
