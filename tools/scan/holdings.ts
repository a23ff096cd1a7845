/** Everything that the control plane holds: each row of its database, each object, each log line, its folder's files. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { Client, escapeIdentifier } from 'pg'
import { searchBytes, type Finding } from './search.ts'

export type Holding = { place: string; bytes: Buffer }

function socketFolder(home: string): string {
  const near = join(resolve(home), 'control', 'run')
  const hashed = `keyhold-${createHash('sha256').update(resolve(home)).digest('hex').slice(0, 20)}`
  return [near, join(tmpdir(), hashed), join('/tmp', hashed)].find((folder) => existsSync(folder)) ?? near
}

/** A session of the embedded database's administrator: the most that an operator can be there. */
export async function connectAsAdministrator(home: string): Promise<Client> {
  const password = readFileSync(join(home, 'control', 'keys', 'postgres-admin'), 'utf8').trim()
  const client = new Client({
    host: socketFolder(home),
    port: 5432,
    user: 'keyhold_admin',
    password,
    database: 'keyhold',
  })
  await client.connect()
  return client
}

/** Rows of every table of every schema, as text and, for bytea, as the bytes themselves. */
async function readDatabase(client: Client): Promise<Holding[]> {
  const { rows: tables } = await client.query<{ schema: string; name: string }>(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  )
  const holdings: Holding[] = []
  for (const { schema, name } of tables) {
    const { rows } = await client.query(`select * from ${escapeIdentifier(schema)}.${escapeIdentifier(name)}`)
    const place = `database ${schema}.${name}`
    holdings.push({ place, bytes: Buffer.from(JSON.stringify(rows)) })
    for (const value of rows.flatMap((row: Record<string, unknown>) => Object.values(row))) {
      if (Buffer.isBuffer(value)) holdings.push({ place, bytes: value })
    }
  }
  return holdings
}

/** Every regular file below a folder, named by its path from there. */
function readFolder(folder: string, label: string): Holding[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .map((path) => ({ place: `${label} ${relative(folder, path)}`, bytes: readFileSync(path) }))
}

/** The data plane's log, with the file before it. An operator may be sent it, so that no value may be in it either. */
function readDataLog(folder: string): Holding[] {
  return ['data.log', 'data.log.1']
    .map((name) => ({ place: `data log ${name}`, path: join(folder, name) }))
    .filter(({ path }) => existsSync(path))
    .map(({ place, path }) => ({ place, bytes: readFileSync(path) }))
}

/**
 * All that the control plane of `home` holds, with the logs of both planes.
 * Raw database files are included: dead rows and the write-ahead log are held too.
 */
export async function readHoldings(home: string): Promise<Holding[]> {
  const client = await connectAsAdministrator(home)
  try {
    await client.query('checkpoint')
    const rows = await readDatabase(client)
    return [...rows, ...readFolder(join(home, 'control'), 'control folder'), ...readDataLog(join(home, 'data'))]
  } finally {
    await client.end()
  }
}

/** Searches holdings for values through every layer of encoding. */
export async function searchHoldings(holdings: readonly Holding[], values: readonly string[]): Promise<Finding[]> {
  const found: Finding[] = []
  for (const { place, bytes } of holdings) found.push(...(await searchBytes(bytes, values, place)))
  return found
}
