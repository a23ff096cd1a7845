/** The control plane's figures: durable appends to the log, and authenticated, audited reads over TLS. */
import { spawn } from 'node:child_process'
import { randomUUIDv7 } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request as httpsRequest } from 'node:https'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startControl, type Control } from '../packages/control/src/index.ts'
import { createAudit, type AuditModule } from '../packages/control/src/modules/audit/index.ts'
import { drawSecret, hashSecret } from '../packages/control/src/modules/tokens/index.ts'
import type { AuditEvent } from '../packages/control/src/platform/audit-port.ts'
import { silentLog } from '../packages/control/src/platform/log.ts'
import { createPlatformKey } from '../packages/control/src/platform/platform-key.ts'
import { startOwnTestPostgres } from '../packages/control/src/testing/postgres.ts'
import type { Figure } from './figure.ts'

export const benchmarks: Record<string, () => Promise<Figure[]>> = {
  'ledger.append.per_s': measureAppends,
  'api.read.per_s': measureReads,
  'authorise.p50_us': measureAuthorisation,
}

const durable = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' }
const appends = 100_000
const mostWaiting = 8192

/** Three rounds of appends by many writers that each wait for their own entry; the median round counts. */
async function measureAppends(): Promise<Figure[]> {
  const postgres = await startOwnTestPostgres(durable)
  const { database, close } = await postgres.create()
  const platformKey = createPlatformKey(Buffer.alloc(32, 1))
  const audit = createAudit({ database, platformKey, log: silentLog, now: () => new Date() })
  try {
    const organisation = randomUUIDv7()
    await appendMany(audit, organisation, 20_000)
    const rounds = []
    for (let round = 0; round < 3; round += 1) rounds.push(await appendMany(audit, organisation, appends))
    rounds.sort((a, b) => a - b)
    const note = `${appends} entries a round with personal fields, ${mostWaiting} waiting at most; each answered when committed with fsync and in a signed checkpoint; median of ${rounds.map(Math.round).join(', ')}`
    return [{ name: 'ledger.append.per_s', value: Math.round(rounds[1] ?? 0), unit: '/s', budget: '≥ 30,000', note }]
  } finally {
    await audit.close()
    await close()
    await postgres.stop()
  }
}

/** Entries a second. */
async function appendMany(audit: AuditModule, organisation: string, count: number): Promise<number> {
  const started = performance.now()
  let sent = 0
  const write = async () => {
    while (sent < count) {
      sent += 1
      await audit.port.append(describeRead(organisation))
    }
  }
  await Promise.all(Array.from({ length: mostWaiting }, write))
  return (count / (performance.now() - started)) * 1000
}

function describeRead(organisation: string): AuditEvent {
  return {
    organisation,
    project: organisation,
    action: 'table.read',
    outcome: 'success',
    code: null,
    actor: { kind: 'token', id: organisation },
    source: '192.0.2.1',
    object: { kind: 'table', id: organisation },
    details: { request: organisation },
  }
}

const tables = 50
const loadSeconds = 8

/** One server process and one load process; the server has an embedded PostgreSQL with durability on. */
async function measureReads(): Promise<Figure[]> {
  const home = mkdtempSync(join(tmpdir(), 'keyhold-bench-'))
  const control = await startControl({ home, port: 0, host: '127.0.0.1', custody: 'demo' })
  try {
    const { token, paths } = await fill(control)
    const result = await runLoad({
      port: control.port,
      authority: control.authority,
      token,
      paths,
      connections: 64,
      warmSeconds: 3,
      seconds: loadSeconds,
    })
    if (result.refused > 0) throw new Error(`${result.refused} reads were refused`)
    const note = `GET of one of ${tables} tables by a token over TLS 1.3, 64 connections kept alive, ${loadSeconds} s; the load generator shares the processors; p95 ${result.p95.toFixed(1)} ms`
    return [{ name: 'api.read.per_s', value: Math.round(result.perSecond), unit: '/s', budget: '≥ 4,000', note }]
  } finally {
    await control.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

const readsAlone = 3_000

/**
 * One read at a time on one connection, so that nothing waits for another's turn: session or token, role, scopes,
 * addresses, row security and entry, less what a public page of the same server takes.
 */
async function measureAuthorisation(): Promise<Figure[]> {
  const home = mkdtempSync(join(tmpdir(), 'keyhold-bench-'))
  const control = await startControl({ home, port: 0, host: '127.0.0.1', custody: 'demo' })
  try {
    const { token, paths } = await fill(control, ['127.0.0.0/8', '2001:db8::/32'])
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: control.authority })
    const time = (path: string) => timeRead(agent, control.port, path, token)
    for (let i = 0; i < 500; i += 1) await time(paths[0] ?? '')
    const [reads, pages]: [number[], number[]] = [[], []]
    for (let i = 0; i < readsAlone; i += 1) {
      reads.push(await time(paths[i % paths.length] ?? ''))
      pages.push(await time('/v1/health'))
    }
    agent.destroy()
    const [read, page] = [median(reads), median(pages)]
    const note = `median of ${readsAlone} reads of a table by a token, one at a time, with an address list (${Math.round(read)} µs), less that of a public route (${Math.round(page)} µs); the read itself is in it`
    return [{ name: 'authorise.p50_us', value: Math.round(read - page), unit: 'µs', budget: '≤ 1,000', note }]
  } finally {
    await control.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** Microseconds until the whole answer is there. */
function timeRead(agent: Agent, port: number, path: string, token: string): Promise<number> {
  const started = performance.now()
  const headers = { authorization: `Bearer ${token}` }
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ agent, host: 'localhost', port, path, headers }, (response) => {
      response.resume().once('end', () => {
        if (response.statusCode === 200) resolve((performance.now() - started) * 1000)
        else reject(new Error(`A read was refused: ${response.statusCode}`))
      })
    })
    request.once('error', reject).end()
  })
}

/** An organisation with a project, tables that have been loaded, and a token that reads them. */
async function fill(
  { database, addresses }: Control,
  ranges: string[] = [],
): Promise<{ token: string; paths: string[] }> {
  const [organisation, project, bucket] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7()]
  const id = randomUUIDv7()
  const token = drawSecret('svc')
  const ids = Array.from({ length: tables }, () => randomUUIDv7())
  await database.withTenant({ organisation }, async (tx) => {
    const { sql } = tx
    await sql(`INSERT INTO organisations (id, name, state, created) VALUES ($1, 'Bench', 'active', now())`, [
      organisation,
    ])
    await sql(`INSERT INTO projects (organisation, id, name, created) VALUES ($1, $2, 'Bench', now())`, [
      organisation,
      project,
    ])
    await sql(`INSERT INTO buckets (organisation, id, project, name, created) VALUES ($1, $2, $3, 'bench', now())`, [
      organisation,
      bucket,
      project,
    ])
    for (const [i, tableId] of ids.entries()) {
      const snapshot = randomUUIDv7()
      await sql(
        `INSERT INTO tables (organisation, id, project, bucket, name, snapshot, sequence, rows, bytes, created, changed)
         VALUES ($1, $2, $3, $4, $5, $6, 1, 1000, 100000, now(), now())`,
        [organisation, tableId, project, bucket, `table_${i}`, snapshot],
      )
      await sql(
        `INSERT INTO snapshots (organisation, id, table_id, sequence, manifest, columns, digest, rows, bytes, created)
         VALUES ($1, $2, $3, 1, $4, $5, $6, 1000, 100000, now())`,
        [organisation, snapshot, tableId, JSON.stringify(manifest), JSON.stringify(columns), 'A'.repeat(43)],
      )
    }
    await sql(
      `INSERT INTO tokens (organisation, id, project, name, kind, hash, scopes, public_key, created, expires)
       VALUES ($1, $2, $3, 'bench', 'svc', $4, '[{"bucket": "bench", "access": "read"}]', '', now(), now() + '1 day')`,
      [organisation, id, project, hashSecret(token)],
    )
    await addresses.putRanges(tx, { organisation, token: id, by: id }, ranges)
  })
  return { token, paths: ids.map((id) => `/v1/projects/${project}/tables/${id}`) }
}

const columns = Array.from({ length: 12 }, (_, i) => ({ name: `column_${i}`, type: 'VARCHAR' }))
/** Of the size of a real one. */
const manifest = { statement: 'A'.repeat(1200), signature: 'A'.repeat(86), keyId: 'A'.repeat(43) }

async function runLoad(work: object): Promise<{ perSecond: number; refused: number; p95: number }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('read-load.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(`${JSON.stringify(work)}\n`)
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += String(chunk)
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error('The load generator failed')
  return JSON.parse(output) as { perSecond: number; refused: number; p95: number }
}
