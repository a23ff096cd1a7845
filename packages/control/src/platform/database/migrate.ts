/** Plain SQL migrations, forward only, each in a transaction under an advisory lock, with checksums. */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import type { ServerAddress } from './server-address.ts'
import { failDatabase } from './errors.ts'

export type Migration = { readonly name: string; readonly sql: string; readonly checksum: string }

const lockNumber = 7_305_201
const folder = fileURLToPath(new URL('../../../migrations', import.meta.url))

/** The migrations of this version, in order. */
export function readMigrations(from: string = folder): Migration[] {
  return readdirSync(from)
    .filter((name) => /^\d{4}_[a-z_]+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const sql = readFileSync(`${from}/${name}`, 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

/**
 * Applies what is missing, as the owner role. Returns the names applied.
 *
 * @throws `database.migration_changed`, `database.newer`
 */
export async function migrate(
  owner: ServerAddress,
  onProgress: (step: string) => void = () => {},
  migrations: readonly Migration[] = readMigrations(),
): Promise<string[]> {
  const client = new Client({ ...owner, application_name: 'keyhold migrations' })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockNumber])
    const applied = await readApplied(client)
    checkApplied(applied, migrations)
    const missing = migrations.filter(({ name }) => !applied.has(name))
    if (missing.length > 0) onProgress('Bringing the database up to date')
    for (const migration of missing) await apply(client, migration)
    return missing.map(({ name }) => name)
  } finally {
    await client.end()
  }
}

async function readApplied(client: Client): Promise<Map<string, string>> {
  await client.query(createTable)
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'SELECT name, checksum FROM schema_migrations',
  )
  return new Map(rows.map((row) => [row.name, row.checksum]))
}

function checkApplied(applied: ReadonlyMap<string, string>, migrations: readonly Migration[]): void {
  const known = new Map(migrations.map(({ name, checksum }) => [name, checksum]))
  for (const [name, checksum] of applied) {
    if (!known.has(name)) throw failDatabase('database.newer')
    if (known.get(name) !== checksum) throw failDatabase('database.migration_changed')
  }
}

async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(sql)
    await client.query('INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)', [name, checksum])
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

const createTable = `
  CREATE TABLE IF NOT EXISTS schema_migrations (
    name text PRIMARY KEY,
    checksum text NOT NULL,
    applied timestamptz(3) NOT NULL DEFAULT now()
  );
  COMMENT ON TABLE schema_migrations IS 'Migrations applied to this database';
  COMMENT ON COLUMN schema_migrations.name IS 'File name';
  COMMENT ON COLUMN schema_migrations.checksum IS 'SHA-256 of the file';
  COMMENT ON COLUMN schema_migrations.applied IS 'When it was applied'`
