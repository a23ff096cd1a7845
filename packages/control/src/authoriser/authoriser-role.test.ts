/** KEB-14 by PostgreSQL's own word: who may read the hashes of secrets, and what the authorising role may read besides. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Client } from 'pg'
import { startTestPostgres, type TestDatabase, type TestPostgres } from '../testing/postgres.ts'

let postgres: TestPostgres
let clone: TestDatabase
let app: Client
let authoriser: Client
const organisation = randomUUIDv7()

before(async () => {
  postgres = await startTestPostgres()
  clone = await postgres.create()
  await clone.readAsAdmin('CREATE VIEW planted_view WITH (security_invoker = true) AS SELECT * FROM sessions')
  await clone.readAsAdmin('GRANT SELECT ON planted_view TO keyhold_app, keyhold_authoriser')
  app = await connect('keyhold_app')
  authoriser = await connect('keyhold_authoriser')
})
after(async () => {
  await app?.end()
  await authoriser?.end()
  await clone?.close()
  await postgres.stop()
})

async function connect(role: 'keyhold_app' | 'keyhold_authoriser'): Promise<Client> {
  const client = new Client(clone.connect(role))
  await client.connect()
  await client.query("SELECT set_config('app.organisation', $1, false)", [organisation])
  return client
}

/** Hashes that the application reads all the same, each with its reason. */
const readByApplication: Readonly<Record<string, string>> = {
  'people.password_hash': 'sign-in computes argon2id with its salt',
  'sign_on_attempts.browser': 'ten minutes, once, and nothing without the answer of the identity provider',
  'shell_confirmations.code': 'five minutes, once, and nothing without the secret of the shell',
  'shell_confirmations.challenge': 'five minutes, once, and nothing without the code of the browser',
  'recovery_codes.hash': 'keyed with the platform key, which is not in the database',
}

/** Columns whose comment says that they are a hash of a secret and that the role may read. */
async function listReadable(role: string): Promise<string[]> {
  const rows = await clone.readAsAdmin<{ name: string }>(
    `SELECT c.relname || '.' || a.attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname = 'public' AND a.attnum > 0 AND NOT a.attisdropped
       AND (col_description(c.oid, a.attnum) ~* '(sha-\\d+|hash|hmac).*(secret|token|server half|code|password)'
         OR col_description(c.oid, a.attnum) ~* 'argon2')
       AND has_column_privilege($1, c.oid, a.attnum, 'SELECT') ORDER BY 1`,
    [role],
  )
  return rows.map(({ name }) => name)
}

const hashes = [
  'enrolment_tokens.hash',
  'invitations.hash',
  'operator_invitations.hash',
  'operator_sessions.hash',
  'password_resets.hash',
  'pending_sign_ins.hash',
  'provisioning_tokens.hash',
  'sessions.hash',
  'tokens.hash',
]

test('KEB-14: the authorising role alone reads the hashes of secrets; the application those on the list', async () => {
  assert.deepEqual(await listReadable('keyhold_authoriser'), hashes)
  assert.deepEqual(
    (await listReadable('keyhold_app')).filter((name) => !(name in readByApplication)),
    [],
  )
  for (const role of ['keyhold_lookup', 'keyhold_operator', 'keyhold_queue']) {
    assert.deepEqual(await listReadable(role), [], role)
  }
})

test('this check can fail: a hash that a later migration lets the application read is named', async () => {
  await clone.readAsAdmin('CREATE TABLE planted (id uuid, hash bytea)')
  await clone.readAsAdmin("COMMENT ON COLUMN planted.hash IS 'SHA-256 of the secret in a link'")
  await clone.readAsAdmin('GRANT SELECT ON planted TO keyhold_app')
  try {
    assert.ok((await listReadable('keyhold_app')).includes('planted.hash'))
    await clone.readAsAdmin("SELECT keep_from_application('planted', 'hash')")
    assert.ok(!(await listReadable('keyhold_app')).includes('planted.hash'))
  } finally {
    await clone.readAsAdmin('DROP TABLE planted')
  }
})

const insertPending = `INSERT INTO pending_sign_ins (organisation, id, person, hash, expires)
  VALUES (current_organisation(), gen_random_uuid(), gen_random_uuid(), '\\x00', now())`

/** What someone may try who runs SQL of their own as the application. */
const attempts: Readonly<Record<string, string>> = {
  'the column': 'SELECT hash FROM sessions',
  'all columns': 'SELECT * FROM tokens',
  'the row as a value': 'SELECT row_to_json(s) FROM sessions s',
  'a condition': "SELECT id FROM sessions WHERE hash = '\\x00'",
  'an order': 'SELECT id FROM tokens ORDER BY hash',
  'a join': 'SELECT s.id FROM sessions s JOIN tokens t USING (hash)',
  'a function’s argument': 'SELECT count(encode(hash, $$hex$$)) FROM invitations',
  'a view': 'SELECT hash FROM planted_view',
  'a view of its own': 'CREATE VIEW own AS SELECT hash FROM sessions',
  'a table of its own': 'CREATE TEMP TABLE own AS SELECT hash FROM sessions',
  'a function of the owner': "SELECT keep_from_application('people', 'id')",
  'COPY of the table': 'COPY sessions TO STDOUT',
  'COPY of a question': 'COPY (SELECT hash FROM password_resets) TO STDOUT',
  'UPDATE … RETURNING': 'UPDATE sessions SET last_used = now() RETURNING hash',
  'UPDATE into another column': 'UPDATE sessions SET program_sealed = hash',
  'UPDATE with a condition': "UPDATE tokens SET name = 'x' WHERE hash > '\\x00'",
  'DELETE … RETURNING': 'DELETE FROM password_resets RETURNING hash',
  'DELETE with a condition': "DELETE FROM enrolment_tokens WHERE hash = '\\x00'",
  'INSERT … RETURNING': `${insertPending} RETURNING hash`,
  'INSERT … ON CONFLICT by the hash': `${insertPending} ON CONFLICT (organisation, hash) DO NOTHING`,
  'INSERT … ON CONFLICT into another column': `${insertPending} ON CONFLICT (organisation, id)
    DO UPDATE SET challenge = encode(pending_sign_ins.hash, 'hex')`,
  MERGE: `MERGE INTO sessions s USING (SELECT '\\x00'::bytea AS h) o ON s.hash = o.h WHEN MATCHED THEN DELETE`,
  'the role’s place': 'SET ROLE keyhold_authoriser',
  'the look-ups’ place': 'SET ROLE keyhold_lookup',
}

for (const [way, sql] of Object.entries(attempts)) {
  test(`KEB-14: the application’s role cannot read a hash by ${way}`, async () => {
    await assert.rejects(app.query(sql), { code: '42501' })
  })
}

test('KEB-14: the planner’s statistics do not show the application what it may not read', async () => {
  await clone.readAsAdmin('ANALYZE sessions')
  const { rows } = await app.query("SELECT attname FROM pg_stats WHERE tablename = 'sessions' AND attname = 'hash'")
  assert.deepEqual(rows, [])
})

test('the functions that found holders for the application are gone', async () => {
  for (const name of ['find_token', 'find_session', 'find_enrolment', 'find_password_reset']) {
    await assert.rejects(app.query(`SELECT * FROM ${name}('\\x00')`), { code: '42883' })
  }
})

/** Everything that the role may read. */
const needed: Readonly<Record<string, readonly string[]>> = {
  enrolment_tokens: ['hash', 'id', 'organisation'],
  invitations: ['hash', 'id', 'organisation'],
  operator_invitations: ['hash', 'id'],
  operator_sessions: ['expires_absolute', 'expires_idle', 'hash', 'id', 'last_used', 'operator', 'stepped_up'],
  operators: ['id', 'roles'],
  passkeys: ['organisation', 'person'],
  password_resets: ['hash', 'id', 'organisation'],
  pending_sign_ins: ['hash', 'id', 'organisation'],
  people: ['id', 'organisation', 'role', 'suspended'],
  provisioning_tokens: ['expires', 'hash', 'id', 'last_used', 'organisation', 'revoked'],
  security_policies: ['idle_minutes', 'organisation', 'second_factor'],
  sessions: [
    'expires_absolute',
    'expires_idle',
    'hash',
    'id',
    'last_used',
    'organisation',
    'person',
    'provider_factor',
    'stepped_up',
  ],
  tokens: [
    'actions',
    'expires',
    'hash',
    'id',
    'kind',
    'last_used',
    'organisation',
    'person',
    'project',
    'revoked',
    'scopes',
  ],
  totp_factors: ['created', 'organisation', 'person'],
}

test('KEB-14: the authorising role reads these columns, nothing of people, catalogue and log besides, and writes none', async () => {
  const rows = await clone.readAsAdmin<{ table: string; column: string }>(
    `SELECT c.relname AS table, a.attname AS column FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
       AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'planted_view'
       AND has_column_privilege('keyhold_authoriser', c.oid, a.attnum, 'SELECT') ORDER BY 1, 2`,
  )
  const readable = Map.groupBy(rows, ({ table }) => table)
  assert.deepEqual(
    Object.fromEntries([...readable].map(([table, of]) => [table, of.map(({ column }) => column)])),
    needed,
  )
  const writable = await clone.readAsAdmin(
    `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
       AND (has_any_column_privilege('keyhold_authoriser', c.oid, 'INSERT, UPDATE')
         OR has_table_privilege('keyhold_authoriser', c.oid, 'DELETE, TRUNCATE'))`,
  )
  assert.deepEqual(writable, [])
})

const foreign: Readonly<Record<string, string>> = {
  'an e-mail address': 'SELECT email_sealed FROM people',
  'a name': 'SELECT name_sealed FROM people',
  'a password’s hash': 'SELECT password_hash FROM people',
  'an authenticator’s secret': 'SELECT secret_sealed FROM totp_factors',
  'an invited address': 'SELECT email_lookup FROM invitations',
  'the address of a session': 'SELECT address_sealed FROM sessions',
  'the name of a token': 'SELECT name FROM tokens',
  'the catalogue': 'SELECT name FROM tables',
  'the log': 'SELECT entry FROM ledger_entries',
  'wrapped keys': 'SELECT wrapped FROM wrapped_keys',
  'people by address': "SELECT * FROM find_people('\\x00')",
  'a table of its own': 'CREATE TABLE own (id uuid)',
  'a change': 'UPDATE sessions SET last_used = now()',
  'the application’s place': 'SET ROLE keyhold_app',
}

for (const [what, sql] of Object.entries(foreign)) {
  test(`KEB-14: the authorising role does not get ${what}`, async () => {
    await assert.rejects(authoriser.query(sql), { code: '42501' })
  })
}

test('both roles can do what they are for: one adds a hash and ends a row by its id, the other finds it', async () => {
  const id = randomUUIDv7()
  await app.query("INSERT INTO organisations (id, name, state, created) VALUES ($1, 'Test', 'unclaimed', now())", [
    organisation,
  ])
  await app.query(
    "INSERT INTO enrolment_tokens (organisation, id, hash, created, expires) VALUES ($1, $2, '\\xab', now(), now())",
    [organisation, id],
  )
  const find = async () => (await authoriser.query("SELECT id FROM enrolment_tokens WHERE hash = '\\xab'")).rows
  assert.deepEqual(await find(), [{ id }])
  assert.equal((await app.query('DELETE FROM enrolment_tokens WHERE id = $1 RETURNING id', [id])).rowCount, 1)
  assert.deepEqual(await find(), [])
})
