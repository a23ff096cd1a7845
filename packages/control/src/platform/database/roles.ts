/**
 * The roles of the control database. `keyhold_owner` owns the tables and migrates; `keyhold_app` serves, under row-level
 * security; `keyhold_queue` owns the queue's schema; `keyhold_lookup` owns the look-ups that precede a tenant and cannot
 * log in; `keyhold_authoriser` alone reads hashes of secrets, for the process that authorises; `keyhold_operator` is for
 * people who run the installation and has no tenant table.
 */
import { join } from 'node:path'
import { Client, escapeIdentifier, escapeLiteral } from 'pg'
import type { ServerAddress } from './server-address.ts'
import { ensureSecret } from '../secret-file.ts'
import { failDatabase } from './errors.ts'

export const authoriserRole = 'keyhold_authoriser'
const loginRoles = ['keyhold_owner', 'keyhold_app', 'keyhold_queue', authoriserRole, 'keyhold_operator'] as const
export type LoginRole = (typeof loginRoles)[number]

/** One secret file a role, mode 0600. */
function readRolePassword(keys: string, role: LoginRole): string {
  return ensureSecret(join(keys, role.replace('keyhold_', 'postgres-'))).toString('base64url')
}

/**
 * Makes roles and database if they are missing and gives the roles their passwords. Safe to run at every start.
 *
 * @throws `database.too_old`, `database.role_too_strong`
 */
export async function ensureRoles(admin: ServerAddress, database: string, keys: string): Promise<void> {
  await asAdmin(admin, async (client) => {
    const { rows } = await client.query<{ version: number }>(
      "SELECT current_setting('server_version_num')::int AS version",
    )
    if ((rows[0]?.version ?? 0) < oldestVersion) throw failDatabase('database.too_old')
    await makeRoles(client, keys)
    await makeDatabase(client, database)
  })
  await asAdmin({ ...admin, database }, giveDatabase)
}

const oldestVersion = 160_000

async function asAdmin(admin: ServerAddress, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ ...admin, application_name: 'keyhold setup' })
  await client.connect().catch((cause: unknown) => Promise.reject(failDatabase('database.unreachable', { cause })))
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

async function makeRoles(client: Client, keys: string): Promise<void> {
  const { rows } = await client.query<{ rolname: string; strong: boolean }>(
    "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole AS strong FROM pg_roles WHERE rolname LIKE 'keyhold\\_%'",
  )
  const known = new Map(rows.map((row) => [row.rolname, row.strong]))
  if (known.get('keyhold_app')) throw failDatabase('database.role_too_strong')
  if (loginRoles.every((role) => known.has(role)) && known.has('keyhold_lookup')) return
  for (const role of loginRoles) {
    const verb = known.has(role) ? 'ALTER' : 'CREATE'
    const password = escapeLiteral(readRolePassword(keys, role))
    await client.query(`${verb} ROLE ${role} LOGIN NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD ${password}`)
  }
  if (!known.has('keyhold_lookup')) await client.query('CREATE ROLE keyhold_lookup NOLOGIN')
  // The owner hands over functions and the queue's schema; the server enqueues as the queue's role when it says so.
  await client.query('GRANT keyhold_lookup TO keyhold_owner WITH INHERIT FALSE, SET TRUE')
  await client.query('GRANT keyhold_queue TO keyhold_owner, keyhold_app WITH INHERIT FALSE, SET TRUE')
}

async function makeDatabase(client: Client, database: string): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
  if (rowCount === 0) await client.query(`CREATE DATABASE ${escapeIdentifier(database)}`)
}

/** The owner role may make schemas and tables in this database; nobody else may connect but our roles. */
async function giveDatabase(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string; given: boolean }>(
    `SELECT current_database() AS name, has_database_privilege('keyhold_owner', current_database(), 'CREATE')
       AND has_schema_privilege('keyhold_owner', 'public', 'CREATE')
       AND has_database_privilege('${authoriserRole}', current_database(), 'CONNECT') AS given`,
  )
  const [row] = rows
  if (!row || row.given) return
  const name = escapeIdentifier(row.name)
  await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`)
  await client.query(`GRANT ALL ON DATABASE ${name} TO keyhold_owner`)
  await client.query(
    `GRANT CONNECT ON DATABASE ${name} TO keyhold_app, keyhold_queue, keyhold_operator, ${authoriserRole}`,
  )
  // With the right to grant: migrations let the look-up role in.
  await client.query('GRANT ALL ON SCHEMA public TO keyhold_owner WITH GRANT OPTION')
}

/** Where a role connects. */
export function connectAs(admin: ServerAddress, database: string, role: LoginRole, keys: string): ServerAddress {
  return { ...admin, user: role, password: readRolePassword(keys, role), database }
}
