/** An organisation with a project and a table on a fresh database, and a data plane that speaks the link for real. */
import { randomUUIDv7 } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuthoriserStart } from '../../../platform/authoriser/protocol.ts'
import type { ServerAddress } from '../../../platform/database/server-address.ts'
import { startTestPostgres } from '../../../testing/postgres.ts'
import { startWorkNode, type WorkNode } from './work-node.ts'

export type WorkDatabase = {
  readonly home: string
  readonly app: ServerAddress
  readonly queue: ServerAddress
  readonly authoriser: AuthoriserStart
  readonly stop: () => Promise<void>
}

/** A PostgreSQL of its own with the migrations applied. */
export async function startWorkDatabase(): Promise<WorkDatabase> {
  const postgres = await startTestPostgres()
  const clone = await postgres.create()
  const home = await mkdtemp(join(tmpdir(), 'keyhold-work-'))
  const stop = async () => {
    await clone.close()
    await postgres.stop()
    await rm(home, { recursive: true, force: true })
  }
  const { authoriserStart: authoriser } = clone
  return { home, app: clone.connect('keyhold_app'), queue: clone.connect('keyhold_queue'), authoriser, stop }
}

export type Place = {
  readonly organisation: string
  readonly project: string
  readonly bucket: string
  readonly table: string
  readonly tableName: string
  /** Bearer of the owner. */
  readonly owner: string
}

/** An active organisation with the table `sales.orders`. */
export async function makePlace({ database }: Pick<WorkNode, 'database'>): Promise<Place> {
  const [organisation, project, bucket, table] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7(), randomUUIDv7()]
  await database.withTenant({ organisation }, async (tx) => {
    await tx.sql(`INSERT INTO organisations VALUES ($1, 'Test', 'active', now())`, [organisation])
    await tx.sql(`INSERT INTO projects (organisation, id, name, created) VALUES ($1, $2, 'Test', now())`, [
      organisation,
      project,
    ])
    await tx.sql(`INSERT INTO buckets VALUES ($1, $2, $3, 'sales', now())`, [organisation, bucket, project])
    await tx.sql(
      `INSERT INTO tables (organisation, id, project, bucket, name, created) VALUES ($1, $2, $3, $4, 'orders', now())`,
      [organisation, table, project, bucket],
    )
  })
  return { organisation, project, bucket: 'sales', table, tableName: 'orders', owner: `owner/${organisation}` }
}

export async function startWorld(): Promise<{ node: WorkNode; database: WorkDatabase; stop: () => Promise<void> }> {
  const database = await startWorkDatabase()
  const node = await startWorkNode(database)
  const stop = async () => {
    await node.stop()
    await database.stop()
  }
  return { node, database, stop }
}

export type HttpAnswer = { readonly status: number; readonly headers: Record<string, unknown>; readonly body: Buffer }
type Sent = {
  readonly bearer: string | undefined
  readonly headers?: Record<string, string>
  readonly body?: Uint8Array | object
  /** Source address on the loopback network. */
  readonly from?: string
}

/** One HTTPS call that trusts the node's own authority. */
export function callNode(
  node: Pick<WorkNode, 'url' | 'authority'>,
  method: string,
  path: string,
  sent: Sent,
): Promise<HttpAnswer> {
  const json = sent.body !== undefined && !(sent.body instanceof Uint8Array)
  const bytes = json ? Buffer.from(JSON.stringify(sent.body)) : sent.body
  const headers = {
    ...(sent.bearer !== undefined && { authorization: `Bearer ${sent.bearer}` }),
    ...(json && { 'content-type': 'application/json' }),
    ...(bytes !== undefined && { 'content-length': `${bytes.length}` }),
    ...sent.headers,
  }
  return new Promise((resolve, reject) => {
    const { from: localAddress } = sent
    const source = localAddress === undefined ? {} : { localAddress, agent: false as const }
    const options = { method, headers, ca: node.authority, ...source }
    const request = httpsRequest(`${node.url}${path}`, options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      )
    })
    request.once('error', reject)
    request.end(bytes)
  })
}

/** The JSON of an answer, by default as a problem; the test says what it expects. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller's claim about an answer it then checks
export function readJson<T = { code?: string }>({ body }: HttpAnswer): T {
  const parsed: T = JSON.parse(body.toString())
  return parsed
}

export type LoggedEntry = {
  readonly action: string
  readonly outcome: string
  readonly code: string | null
  readonly actor: { readonly id: string | null }
  readonly object: { readonly id: string } | null
}

/** The newest entry of an action in an organisation's log, as it is in the tree. */
export async function readLastEntry(
  { database }: WorkNode,
  organisation: string,
  action: string,
): Promise<LoggedEntry | undefined> {
  const rows = await database.withTenant({ organisation }, (tx) =>
    tx.sql<{ entry: string }>('SELECT entry FROM ledger_entries WHERE action = $1 ORDER BY index DESC LIMIT 1', [
      action,
    ]),
  )
  return rows[0] && (JSON.parse(rows[0].entry) as LoggedEntry)
}
