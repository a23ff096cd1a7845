/**
 * A real PostgreSQL for a test file: one server for all files of a run, with a migrated database, and a fresh clone of it
 * for each test that asks for one. Nothing is forced to disk, since a test's data need not outlive the machine; killing
 * the server loses nothing.
 */
import { randomUUIDv7 } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, type QueryResultRow } from 'pg'
import { createAuthoriser, type Authoriser } from '../platform/authoriser/authoriser.ts'
import type { AuthoriserStart } from '../platform/authoriser/protocol.ts'
import { openDatabase, type Database } from '../platform/database/database.ts'
import { connectAs, type LoginRole } from '../platform/database/roles.ts'
import { valueTypes } from '../platform/database/types.ts'
import { silentLog } from '../platform/log.ts'
import type { ServerAddress } from '../platform/database/server-address.ts'
import { startPostgres, type EmbeddedPostgres } from '../platform/postgres/supervisor.ts'
import { seededDatabase, seedHome } from './seed-home.ts'
import { findSharedPostgres } from './shared-postgres.ts'

export type TestDatabase = {
  readonly name: string
  readonly database: Database
  readonly authoriser: Authoriser
  /** Where an authorising process of one's own connects. */
  readonly authoriserStart: AuthoriserStart
  readonly connect: (role: LoginRole | 'keyhold_admin') => ServerAddress
  /** What the application's role may not read. */
  readonly readAsAdmin: <R extends QueryResultRow>(sql: string, values?: readonly unknown[]) => Promise<R[]>
  /** Closes the doors and drops the clone. */
  readonly close: () => Promise<void>
}

export type TestPostgres = {
  /** A folder of this test file. */
  readonly home: string
  /** A migrated database of its own. */
  readonly create: () => Promise<TestDatabase>
  readonly stop: () => Promise<void>
}

export type OwnTestPostgres = TestPostgres & { readonly server: EmbeddedPostgres }

/** A server with the migrated database: what a test file needs to know of it. */
export type TemplateServer = {
  readonly admin: ServerAddress
  /** Folder of the roles' passwords. */
  readonly keys: string
}

/** The server of the run under `npm test`, else one of its own, which takes a second. Call `stop` in `after`. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const shared = await findSharedPostgres()
  if (shared === undefined) return startOwnTestPostgres()
  const home = mkdtempSync(join(tmpdir(), 'keyhold-test-'))
  const stop = async () => rmSync(home, { recursive: true, force: true })
  return { home, create: () => cloneTemplate(shared), stop }
}

/** A server that nobody else uses: for a test that kills it or needs other settings. Call `stop` in `after`. */
export async function startOwnTestPostgres(settings: Readonly<Record<string, string>> = {}): Promise<OwnTestPostgres> {
  const home = mkdtempSync(join(tmpdir(), 'keyhold-test-'))
  const keys = join(home, 'control', 'keys')
  const fast = { fsync: 'off', full_page_writes: 'off', ...settings }
  await seedHome(home)
  const server = await startPostgres({ home, log: silentLog, settings: fast })
  // A test file that dies leaves no server behind.
  const kill = () => void process.kill(server.pid() as number, 'SIGQUIT')
  process.once('exit', kill)
  const stop = async () => {
    process.off('exit', kill)
    await server.stop()
    rmSync(home, { recursive: true, force: true })
  }
  return { home, server, create: () => cloneTemplate({ admin: server.admin, keys }), stop }
}

async function cloneTemplate({ admin, keys }: TemplateServer): Promise<TestDatabase> {
  const name = `test_${randomUUIDv7().replaceAll('-', '')}`
  await run(admin, `CREATE DATABASE ${name} TEMPLATE ${seededDatabase} STRATEGY FILE_COPY`)
  const connect = (role: LoginRole | 'keyhold_admin') =>
    role === 'keyhold_admin' ? { ...admin, database: name } : connectAs(admin, name, role, keys)
  const database = openDatabase(connect('keyhold_app'), silentLog)
  const authoriserStart = { server: { host: admin.host, port: admin.port, database: name }, keys }
  // Started when a test first needs one: most do not.
  let authoriser: Authoriser | undefined
  const close = async () => {
    await authoriser?.close()
    await database.close()
    await run(admin, `DROP DATABASE ${name} WITH (FORCE)`)
  }
  return {
    name,
    database,
    get authoriser() {
      return (authoriser ??= createAuthoriser(authoriserStart, silentLog))
    },
    authoriserStart,
    connect,
    readAsAdmin: (sql, values) => run(connect('keyhold_admin'), sql, values),
    close,
  }
}

async function run<R extends QueryResultRow>(
  admin: ServerAddress,
  sql: string,
  values: readonly unknown[] = [],
): Promise<R[]> {
  const client = new Client({ ...admin, types: valueTypes, options: '-c TimeZone=UTC' })
  await client.connect()
  try {
    return (await client.query<R>(sql, [...values])).rows
  } finally {
    await client.end()
  }
}
