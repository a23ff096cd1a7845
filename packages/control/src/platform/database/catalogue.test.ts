/** Reads PostgreSQL's own catalogue: no table without forced row security slips in, now or later. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client } from 'pg'
import { startTestPostgres, type TestDatabase, type TestPostgres } from '../../testing/postgres.ts'

let postgres: TestPostgres
let clone: TestDatabase
let client: Client

before(async () => {
  postgres = await startTestPostgres()
  clone = await postgres.create()
  client = new Client(clone.connect('keyhold_admin'))
  await client.connect()
})
after(async () => {
  await client.end()
  await clone.close()
  await postgres.stop()
})

/** Tables without a tenant, each with its reason. */
const withoutTenant: Readonly<Record<string, string>> = {
  schema_migrations: 'which migrations were applied; the application role cannot read it',
}
/** Unique constraints that do not begin with the organisation, each with its reason. */
const uniqueElsewhere: Readonly<Record<string, string>> = {
  sign_on_domains_proven:
    'a domain is proven for one organisation; who meets another’s has shown control of the domain',
  organisations_pkey: 'the organisation itself',
  // Of no tenant: their policy shows them to the installation's own transactions alone.
  operators_pkey: 'the installation’s own',
  operator_invitations_pkey: 'the installation’s own',
  operator_invitations_hash_key: 'the installation’s own',
  operator_passkeys_pkey: 'the installation’s own',
  operator_passkeys_credential_key: 'the installation’s own',
  operator_requests_pkey: 'the installation’s own',
  operator_requests_invitation_key: 'the installation’s own',
  operator_sessions_pkey: 'the installation’s own',
  operator_sessions_hash_key: 'the installation’s own',
  operator_used_challenges_pkey: 'the installation’s own',
  organisation_labels_pkey: 'the installation’s own',
  maintenance_pkey: 'the installation’s own',
}

const ours = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'queue') AND n.nspname NOT LIKE 'pg\\_%'`

async function ask(sql: string): Promise<Record<string, unknown>[]> {
  return (await client.query<Record<string, unknown>>(sql)).rows
}

async function findUnprotected(): Promise<string[]> {
  const rows = await ask(`
    SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND ${ours} AND NOT (c.relrowsecurity AND c.relforcerowsecurity
      AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*' AND p.polwithcheck IS NOT NULL
        AND pg_get_expr(p.polqual, p.polrelid) LIKE '%current_organisation()%'))
    ORDER BY 1`)
  return rows.map(({ name }) => String(name)).filter((name) => !(name in withoutTenant))
}

async function findForeignUnique(): Promise<string[]> {
  const rows = await ask(`
    SELECT ic.relname AS name FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
      JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
    WHERE i.indisunique AND ${ours} AND a.attname IS DISTINCT FROM 'organisation' ORDER BY 1`)
  return rows
    .map(({ name }) => String(name))
    .filter((name) => !(name in uniqueElsewhere) && !name.startsWith('schema_migrations'))
}

async function findUncommented(): Promise<string[]> {
  const rows = await ask(`
    SELECT c.relname || '.' || a.attname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p', 'v') AND ${ours}
      AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid, 'pg_class') IS NULL) ORDER BY 1`)
  return rows.map(({ name }) => String(name))
}

test('KEB-18: every table has forced row security and a tenant policy, or is on the list', async () => {
  assert.deepEqual(await findUnprotected(), [])
})

test('unique constraints begin with the tenant, so that none tells of another', async () => {
  assert.deepEqual(await findForeignUnique(), [])
})

test('CLN-09: every table and column says what it holds', async () => {
  assert.deepEqual(await findUncommented(), [])
})

test('views run with the rights of who asks', async () => {
  const views = await ask(`
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'v' AND ${ours} AND NOT coalesce(c.reloptions @> '{security_invoker=true}', false)`)
  assert.deepEqual(views, [])
})

test('DAT-07: no role of ours is superuser, bypasses row security or owns another; lookup cannot log in', async () => {
  const strong = await ask(`
    SELECT rolname FROM pg_roles WHERE rolname LIKE 'keyhold\\_%' AND rolname <> 'keyhold_admin'
      AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
        OR (rolcanlogin AND rolname = 'keyhold_lookup'))`)
  assert.deepEqual(strong, [])
})

test('DAT-09: the operator’s role has no right on any table of ours', async () => {
  const held = await ask(`
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v') AND (${ours} OR n.nspname = 'queue')
      AND has_table_privilege('keyhold_operator', c.oid, 'SELECT, INSERT, UPDATE, DELETE')`)
  assert.deepEqual(held, [])
})

test('KH-02: the application can add to the log and neither change nor delete entries', async () => {
  const rights = await ask(`
    SELECT has_table_privilege('keyhold_app', 'ledger_entries', 'INSERT') AS add,
      has_table_privilege('keyhold_app', 'ledger_entries', 'UPDATE') AS change,
      has_table_privilege('keyhold_app', 'ledger_entries', 'DELETE') AS remove,
      has_table_privilege('keyhold_app', 'ledger_tiles', 'DELETE') AS prune`)
  assert.deepEqual(rights, [{ add: true, change: false, remove: false, prune: false }])
})

test('these checks can fail: a planted table is named by each of them', async () => {
  await client.query('CREATE TABLE planted (id uuid PRIMARY KEY, organisation uuid)')
  try {
    assert.deepEqual(await findUnprotected(), ['planted'])
    assert.deepEqual(await findForeignUnique(), ['planted_pkey'])
    assert.deepEqual(await findUncommented(), ['planted.id', 'planted.organisation'])
    await client.query('ALTER TABLE planted ENABLE ROW LEVEL SECURITY')
    await client.query('CREATE POLICY tenant ON planted USING (true) WITH CHECK (true)')
    assert.deepEqual(await findUnprotected(), ['planted'])
  } finally {
    await client.query('DROP TABLE planted')
  }
})
