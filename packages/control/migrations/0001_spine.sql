-- The first tables. Every tenant table begins with its organisation, has forced row-level security and one policy.
-- Files here are forward only and never edited once released: their checksums are kept in schema_migrations.

-- The organisation of this transaction; null when none was set, so that every policy then matches nothing.
CREATE FUNCTION current_organisation() RETURNS uuid
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.organisation', true), '')::uuid;

-- ---- organisations and people -------------------------------------------------------------------------------------

CREATE TABLE organisations (
  id uuid PRIMARY KEY,
  name text,
  state text NOT NULL CHECK (state IN ('unclaimed', 'active')),
  created timestamptz(3) NOT NULL
);
COMMENT ON TABLE organisations IS 'Customers of this installation';
COMMENT ON COLUMN organisations.id IS 'Organisation';
COMMENT ON COLUMN organisations.name IS 'Title chosen at set-up; null before it';
COMMENT ON COLUMN organisations.state IS 'unclaimed until the owner has set it up';
COMMENT ON COLUMN organisations.created IS 'When the row was made';

CREATE TABLE people (
  organisation uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  email_sealed bytea NOT NULL,
  email_lookup bytea NOT NULL,
  password_hash text NOT NULL,
  role text NOT NULL CHECK (role IN ('owner')),
  created timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, id),
  UNIQUE (organisation, email_lookup)
);
CREATE INDEX people_by_email ON people (email_lookup);
COMMENT ON TABLE people IS 'Members of organisations';
COMMENT ON COLUMN people.organisation IS 'Organisation';
COMMENT ON COLUMN people.id IS 'Person';
COMMENT ON COLUMN people.email_sealed IS 'E-mail address, AES-256-GCM under the platform key (personal)';
COMMENT ON COLUMN people.email_lookup IS 'HMAC-SHA-256 of the lower-case address under the platform key, to find it by';
COMMENT ON COLUMN people.password_hash IS 'argon2id hash with its salt and costs';
COMMENT ON COLUMN people.role IS 'What the person may do';
COMMENT ON COLUMN people.created IS 'When the account was made';

CREATE TABLE sessions (
  organisation uuid NOT NULL,
  id uuid NOT NULL,
  person uuid NOT NULL,
  hash bytea NOT NULL,
  created timestamptz(3) NOT NULL,
  last_used timestamptz(3) NOT NULL,
  expires_idle timestamptz(3) NOT NULL,
  expires_absolute timestamptz(3) NOT NULL,
  address_sealed bytea NOT NULL,
  PRIMARY KEY (organisation, id),
  FOREIGN KEY (organisation, person) REFERENCES people ON DELETE CASCADE
);
CREATE INDEX sessions_by_hash ON sessions (hash);
COMMENT ON TABLE sessions IS 'Signed-in browsers and shells';
COMMENT ON COLUMN sessions.organisation IS 'Organisation';
COMMENT ON COLUMN sessions.id IS 'Session';
COMMENT ON COLUMN sessions.person IS 'Who signed in';
COMMENT ON COLUMN sessions.hash IS 'SHA-256 of the 256-bit session secret';
COMMENT ON COLUMN sessions.created IS 'When the person signed in';
COMMENT ON COLUMN sessions.last_used IS 'Last use, to the minute';
COMMENT ON COLUMN sessions.expires_idle IS 'Ends then unless used before';
COMMENT ON COLUMN sessions.expires_absolute IS 'Ends then in any case';
COMMENT ON COLUMN sessions.address_sealed IS 'Network address at sign-in, AES-256-GCM under the platform key (personal)';

CREATE TABLE projects (
  organisation uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  name text NOT NULL,
  catalogue_version bigint NOT NULL DEFAULT 0,
  require_attested boolean NOT NULL DEFAULT false,
  created timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, id)
);
COMMENT ON TABLE projects IS 'Projects: the unit of keys and of isolation';
COMMENT ON COLUMN projects.organisation IS 'Organisation';
COMMENT ON COLUMN projects.id IS 'Project';
COMMENT ON COLUMN projects.name IS 'Title';
COMMENT ON COLUMN projects.catalogue_version IS 'Counts commits, so that a data plane knows when to read the catalogue again';
COMMENT ON COLUMN projects.require_attested IS 'Whether the data plane is asked to refuse unattested requests';
COMMENT ON COLUMN projects.created IS 'When it was made';

CREATE TABLE tokens (
  organisation uuid NOT NULL,
  id uuid NOT NULL,
  project uuid NOT NULL,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('svc')),
  hash bytea NOT NULL,
  scopes jsonb NOT NULL,
  public_key text NOT NULL,
  created timestamptz(3) NOT NULL,
  expires timestamptz(3) NOT NULL,
  revoked timestamptz(3),
  last_used timestamptz(3),
  PRIMARY KEY (organisation, id),
  FOREIGN KEY (organisation, project) REFERENCES projects
);
CREATE INDEX tokens_by_hash ON tokens (hash);
COMMENT ON TABLE tokens IS 'Server halves of tokens';
COMMENT ON COLUMN tokens.organisation IS 'Organisation';
COMMENT ON COLUMN tokens.id IS 'Token';
COMMENT ON COLUMN tokens.project IS 'The one project that it reaches';
COMMENT ON COLUMN tokens.name IS 'Title';
COMMENT ON COLUMN tokens.kind IS 'Kind named in the token itself';
COMMENT ON COLUMN tokens.hash IS 'SHA-256 of the server half';
COMMENT ON COLUMN tokens.scopes IS 'Buckets with read or write';
COMMENT ON COLUMN tokens.public_key IS 'Public half of the signing seed that stays with the client';
COMMENT ON COLUMN tokens.created IS 'When it was made';
COMMENT ON COLUMN tokens.expires IS 'When it ends by itself';
COMMENT ON COLUMN tokens.revoked IS 'When it was ended';
COMMENT ON COLUMN tokens.last_used IS 'Last use, to the minute';

-- ---- catalogue ------------------------------------------------------------------------------------------------------

CREATE TABLE buckets (
  organisation uuid NOT NULL,
  id uuid NOT NULL,
  project uuid NOT NULL,
  name text NOT NULL,
  created timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, id),
  UNIQUE (organisation, project, name),
  FOREIGN KEY (organisation, project) REFERENCES projects
);
COMMENT ON TABLE buckets IS 'Buckets: groups of tables that tokens are limited to';
COMMENT ON COLUMN buckets.organisation IS 'Organisation';
COMMENT ON COLUMN buckets.id IS 'Bucket';
COMMENT ON COLUMN buckets.project IS 'Project';
COMMENT ON COLUMN buckets.name IS 'Name, as in SQL';
COMMENT ON COLUMN buckets.created IS 'When it was made';

CREATE TABLE tables (
  organisation uuid NOT NULL,
  id uuid NOT NULL,
  project uuid NOT NULL,
  bucket uuid NOT NULL,
  name text NOT NULL,
  snapshot uuid,
  sequence bigint NOT NULL DEFAULT 0,
  rows bigint NOT NULL DEFAULT 0,
  bytes bigint NOT NULL DEFAULT 0,
  created timestamptz(3) NOT NULL,
  changed timestamptz(3),
  PRIMARY KEY (organisation, id),
  UNIQUE (organisation, bucket, name),
  FOREIGN KEY (organisation, project) REFERENCES projects,
  FOREIGN KEY (organisation, bucket) REFERENCES buckets
);
CREATE INDEX tables_by_project ON tables (organisation, project);
COMMENT ON TABLE tables IS 'Tables: names, sizes and the pointer to the current snapshot';
COMMENT ON COLUMN tables.organisation IS 'Organisation';
COMMENT ON COLUMN tables.id IS 'Table';
COMMENT ON COLUMN tables.project IS 'Project';
COMMENT ON COLUMN tables.bucket IS 'Bucket';
COMMENT ON COLUMN tables.name IS 'Name, as in SQL';
COMMENT ON COLUMN tables.snapshot IS 'Current snapshot; null while the table is empty and was never loaded';
COMMENT ON COLUMN tables.sequence IS 'Sequence of the current manifest; 0 before the first';
COMMENT ON COLUMN tables.rows IS 'Count of rows';
COMMENT ON COLUMN tables.bytes IS 'Bytes of sealed data files';
COMMENT ON COLUMN tables.created IS 'When it was made';
COMMENT ON COLUMN tables.changed IS 'Last commit';

CREATE TABLE snapshots (
  organisation uuid NOT NULL,
  id uuid NOT NULL,
  table_id uuid NOT NULL,
  sequence bigint NOT NULL,
  manifest jsonb NOT NULL,
  columns jsonb NOT NULL,
  digest text NOT NULL,
  rows bigint NOT NULL,
  bytes bigint NOT NULL,
  created timestamptz(3) NOT NULL,
  job uuid,
  PRIMARY KEY (organisation, id),
  UNIQUE (organisation, table_id, sequence),
  FOREIGN KEY (organisation, table_id) REFERENCES tables
);
COMMENT ON TABLE snapshots IS 'States of tables, each by a manifest that the data plane signed';
COMMENT ON COLUMN snapshots.organisation IS 'Organisation';
COMMENT ON COLUMN snapshots.id IS 'Snapshot';
COMMENT ON COLUMN snapshots.table_id IS 'Table';
COMMENT ON COLUMN snapshots.sequence IS 'Number of the manifest, from 1';
COMMENT ON COLUMN snapshots.manifest IS 'The signed manifest: column names and types, file ids, lengths, digests, row counts';
COMMENT ON COLUMN snapshots.columns IS 'Names and types of columns, from the manifest';
COMMENT ON COLUMN snapshots.digest IS 'SHA-256 of the manifest''s signed bytes';
COMMENT ON COLUMN snapshots.rows IS 'Count of rows';
COMMENT ON COLUMN snapshots.bytes IS 'Bytes of sealed data files';
COMMENT ON COLUMN snapshots.created IS 'When it was committed';
COMMENT ON COLUMN snapshots.job IS 'Job that made it';

CREATE TABLE data_files (
  organisation uuid NOT NULL,
  snapshot uuid NOT NULL,
  id uuid NOT NULL,
  object uuid NOT NULL,
  length bigint NOT NULL,
  rows bigint NOT NULL,
  PRIMARY KEY (organisation, snapshot, id),
  FOREIGN KEY (organisation, snapshot) REFERENCES snapshots ON DELETE CASCADE
);
CREATE INDEX data_files_by_object ON data_files (organisation, object);
COMMENT ON TABLE data_files IS 'Which sealed objects make up a snapshot';
COMMENT ON COLUMN data_files.organisation IS 'Organisation';
COMMENT ON COLUMN data_files.snapshot IS 'Snapshot';
COMMENT ON COLUMN data_files.id IS 'File id, as in its sealed header';
COMMENT ON COLUMN data_files.object IS 'Object that holds it';
COMMENT ON COLUMN data_files.length IS 'Bytes of ciphertext';
COMMENT ON COLUMN data_files.rows IS 'Count of rows';

-- ---- objects, uploads, jobs -------------------------------------------------------------------------------------------

CREATE TABLE objects (
  organisation uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('staged', 'live', 'garbage')),
  length bigint NOT NULL,
  digest text NOT NULL,
  created timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, id)
);
COMMENT ON TABLE objects IS 'Sealed objects in the object store';
COMMENT ON COLUMN objects.organisation IS 'Organisation';
COMMENT ON COLUMN objects.id IS 'Object';
COMMENT ON COLUMN objects.state IS 'staged until a commit names it, garbage when nothing does any more';
COMMENT ON COLUMN objects.length IS 'Bytes of ciphertext';
COMMENT ON COLUMN objects.digest IS 'SHA-256 of the ciphertext';
COMMENT ON COLUMN objects.created IS 'When it was stored';

CREATE TABLE uploads (
  organisation uuid NOT NULL,
  id uuid NOT NULL,
  project uuid NOT NULL,
  table_id uuid NOT NULL,
  file uuid NOT NULL,
  mode text NOT NULL CHECK (mode IN ('replace', 'append')),
  length bigint NOT NULL,
  header_length bigint NOT NULL,
  segment_length bigint NOT NULL,
  received bigint NOT NULL DEFAULT 0,
  state text NOT NULL CHECK (state IN ('open', 'closed', 'consumed', 'abandoned')),
  opening bytea NOT NULL,
  closing jsonb,
  principal jsonb NOT NULL,
  job uuid NOT NULL,
  created timestamptz(3) NOT NULL,
  expires timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, id),
  UNIQUE (organisation, file),
  FOREIGN KEY (organisation, table_id) REFERENCES tables
);
CREATE INDEX uploads_by_expiry ON uploads (organisation, expires) WHERE state IN ('open', 'closed');
COMMENT ON TABLE uploads IS 'Resumable uploads of ciphertext';
COMMENT ON COLUMN uploads.organisation IS 'Organisation';
COMMENT ON COLUMN uploads.id IS 'Upload';
COMMENT ON COLUMN uploads.project IS 'Project';
COMMENT ON COLUMN uploads.table_id IS 'Table that it goes into';
COMMENT ON COLUMN uploads.file IS 'File id, as in its sealed header';
COMMENT ON COLUMN uploads.mode IS 'replace or append';
COMMENT ON COLUMN uploads.length IS 'Bytes of ciphertext in all';
COMMENT ON COLUMN uploads.header_length IS 'Bytes before the first segment';
COMMENT ON COLUMN uploads.segment_length IS 'Bytes of a sealed segment';
COMMENT ON COLUMN uploads.received IS 'Bytes acknowledged as durable';
COMMENT ON COLUMN uploads.state IS 'open, closed by a signed statement, consumed by a commit, or abandoned';
COMMENT ON COLUMN uploads.opening IS 'Sealed: file name, format and options; only the data plane can open it';
COMMENT ON COLUMN uploads.closing IS 'Signed closing statement of the uploader';
COMMENT ON COLUMN uploads.principal IS 'Id, kind and scopes of who uploads';
COMMENT ON COLUMN uploads.job IS 'The import job';
COMMENT ON COLUMN uploads.created IS 'When it was started';
COMMENT ON COLUMN uploads.expires IS 'When an unfinished upload is thrown away';

CREATE TABLE jobs (
  organisation uuid NOT NULL,
  id uuid NOT NULL,
  project uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('import')),
  state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  attempt integer NOT NULL DEFAULT 0,
  progress jsonb,
  code text,
  message text,
  remedy text,
  upload uuid NOT NULL,
  table_id uuid NOT NULL,
  snapshot uuid,
  created timestamptz(3) NOT NULL,
  started timestamptz(3),
  ended timestamptz(3),
  lease_expires timestamptz(3),
  PRIMARY KEY (organisation, id),
  FOREIGN KEY (organisation, project) REFERENCES projects
);
CREATE INDEX jobs_by_project ON jobs (organisation, project, created DESC);
CREATE INDEX jobs_running ON jobs (organisation, lease_expires) WHERE state = 'running';
COMMENT ON TABLE jobs IS 'Runs of work';
COMMENT ON COLUMN jobs.organisation IS 'Organisation';
COMMENT ON COLUMN jobs.id IS 'Job';
COMMENT ON COLUMN jobs.project IS 'Project';
COMMENT ON COLUMN jobs.kind IS 'What is done';
COMMENT ON COLUMN jobs.state IS 'Where it stands';
COMMENT ON COLUMN jobs.attempt IS 'Number of the claim; an older one is refused';
COMMENT ON COLUMN jobs.progress IS 'Phase, bytes and rows so far';
COMMENT ON COLUMN jobs.code IS 'Stable code of the failure';
COMMENT ON COLUMN jobs.message IS 'Fixed text of the failure: line, column and rule, never a value';
COMMENT ON COLUMN jobs.remedy IS 'What a person can do about the failure';
COMMENT ON COLUMN jobs.upload IS 'Upload that it imports';
COMMENT ON COLUMN jobs.table_id IS 'Table that it loads';
COMMENT ON COLUMN jobs.snapshot IS 'Snapshot that it made';
COMMENT ON COLUMN jobs.created IS 'When it was queued';
COMMENT ON COLUMN jobs.started IS 'First claim';
COMMENT ON COLUMN jobs.ended IS 'When it ended';
COMMENT ON COLUMN jobs.lease_expires IS 'When the current claim ends unless renewed';

-- ---- data planes and their keys ---------------------------------------------------------------------------------------

CREATE TABLE data_planes (
  organisation uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  identity_key text NOT NULL,
  anchor_key text NOT NULL,
  state text NOT NULL CHECK (state IN ('enrolled', 'removed')),
  created timestamptz(3) NOT NULL,
  last_seen timestamptz(3),
  PRIMARY KEY (organisation, id)
);
COMMENT ON TABLE data_planes IS 'Enrolled data planes';
COMMENT ON COLUMN data_planes.organisation IS 'The one organisation that it belongs to';
COMMENT ON COLUMN data_planes.id IS 'Data plane';
COMMENT ON COLUMN data_planes.identity_key IS 'Public identity key';
COMMENT ON COLUMN data_planes.anchor_key IS 'Public anchor key of the organisation, made by the data plane';
COMMENT ON COLUMN data_planes.state IS 'enrolled or removed';
COMMENT ON COLUMN data_planes.created IS 'When it was enrolled';
COMMENT ON COLUMN data_planes.last_seen IS 'Last time that its link was up, to the minute';

CREATE TABLE enrolment_tokens (
  organisation uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  hash bytea NOT NULL,
  created timestamptz(3) NOT NULL,
  expires timestamptz(3) NOT NULL,
  used timestamptz(3),
  PRIMARY KEY (organisation, id)
);
CREATE INDEX enrolment_tokens_by_hash ON enrolment_tokens (hash);
COMMENT ON TABLE enrolment_tokens IS 'Single-use tokens that enrol a data plane';
COMMENT ON COLUMN enrolment_tokens.organisation IS 'Organisation';
COMMENT ON COLUMN enrolment_tokens.id IS 'Token';
COMMENT ON COLUMN enrolment_tokens.hash IS 'SHA-256 of the token';
COMMENT ON COLUMN enrolment_tokens.created IS 'When it was made';
COMMENT ON COLUMN enrolment_tokens.expires IS 'When it ends, 15 minutes later';
COMMENT ON COLUMN enrolment_tokens.used IS 'When it was used';

CREATE TABLE sealing_key_sets (
  organisation uuid NOT NULL,
  project uuid NOT NULL,
  number bigint NOT NULL,
  signed jsonb NOT NULL,
  PRIMARY KEY (organisation, project, number),
  FOREIGN KEY (organisation, project) REFERENCES projects
);
COMMENT ON TABLE sealing_key_sets IS 'Public sealing keys of projects, signed by the anchor';
COMMENT ON COLUMN sealing_key_sets.organisation IS 'Organisation';
COMMENT ON COLUMN sealing_key_sets.project IS 'Project';
COMMENT ON COLUMN sealing_key_sets.number IS 'Number of the set';
COMMENT ON COLUMN sealing_key_sets.signed IS 'The signed statement';

CREATE TABLE wrapped_keys (
  organisation uuid NOT NULL,
  project uuid NOT NULL,
  id text NOT NULL CHECK (id ~ '^[A-Za-z0-9_-]{1,64}$'),
  purpose text NOT NULL CHECK (purpose IN ('root-key', 'sealing-key', 'table-key')),
  wrapped bytea NOT NULL,
  PRIMARY KEY (organisation, project, id),
  FOREIGN KEY (organisation, project) REFERENCES projects
);
COMMENT ON TABLE wrapped_keys IS 'Keys wrapped for the data plane; nothing here opens them';
COMMENT ON COLUMN wrapped_keys.organisation IS 'Organisation';
COMMENT ON COLUMN wrapped_keys.project IS 'Project';
COMMENT ON COLUMN wrapped_keys.id IS 'Key';
COMMENT ON COLUMN wrapped_keys.purpose IS 'What the key is for';
COMMENT ON COLUMN wrapped_keys.wrapped IS 'Sealed key';

CREATE TABLE roster (
  organisation uuid NOT NULL REFERENCES organisations,
  number bigint NOT NULL,
  signed jsonb NOT NULL,
  PRIMARY KEY (organisation, number)
);
COMMENT ON TABLE roster IS 'Chain of signed changes of who the data plane believes';
COMMENT ON COLUMN roster.organisation IS 'Organisation';
COMMENT ON COLUMN roster.number IS 'Number in the chain, from 1';
COMMENT ON COLUMN roster.signed IS 'The signed statement: public keys, device titles, token scopes';

-- ---- platform ---------------------------------------------------------------------------------------------------------

CREATE TABLE idempotency_keys (
  organisation uuid NOT NULL,
  principal uuid NOT NULL,
  operation text NOT NULL,
  key text NOT NULL,
  request_hash bytea NOT NULL,
  answer_sealed bytea NOT NULL,
  expires timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, principal, operation, key)
);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (organisation, expires);
COMMENT ON TABLE idempotency_keys IS 'Answers kept for a day, so that a repeated change is answered and not done twice';
COMMENT ON COLUMN idempotency_keys.organisation IS 'Organisation';
COMMENT ON COLUMN idempotency_keys.principal IS 'Who asked';
COMMENT ON COLUMN idempotency_keys.operation IS 'Operation id';
COMMENT ON COLUMN idempotency_keys.key IS 'Key chosen by the client';
COMMENT ON COLUMN idempotency_keys.request_hash IS 'SHA-256 of path and body';
COMMENT ON COLUMN idempotency_keys.answer_sealed IS 'The answer, AES-256-GCM under the platform key';
COMMENT ON COLUMN idempotency_keys.expires IS 'When it is thrown away';

-- ---- ledger -------------------------------------------------------------------------------------------------------------
-- `organisation` has no foreign key here: the installation's own log uses an id that is nobody's organisation.

CREATE TABLE ledger_keys (
  organisation uuid PRIMARY KEY,
  name text NOT NULL,
  public_key bytea NOT NULL,
  private_key_sealed bytea NOT NULL,
  created timestamptz(3) NOT NULL
);
COMMENT ON TABLE ledger_keys IS 'Keys that sign checkpoints';
COMMENT ON COLUMN ledger_keys.organisation IS 'Organisation, or the installation';
COMMENT ON COLUMN ledger_keys.name IS 'Name of the log: its origin line';
COMMENT ON COLUMN ledger_keys.public_key IS 'Ed25519 public key';
COMMENT ON COLUMN ledger_keys.private_key_sealed IS 'Ed25519 private key, AES-256-GCM under the platform key';
COMMENT ON COLUMN ledger_keys.created IS 'When it was made';

CREATE TABLE ledger_outbox (
  organisation uuid NOT NULL,
  id uuid NOT NULL,
  item bytea NOT NULL,
  PRIMARY KEY (organisation, id)
);
COMMENT ON TABLE ledger_outbox IS 'Entries committed with their change, not yet in the tree';
COMMENT ON COLUMN ledger_outbox.organisation IS 'Organisation, or the installation';
COMMENT ON COLUMN ledger_outbox.id IS 'Order of arrival (UUIDv7)';
COMMENT ON COLUMN ledger_outbox.item IS 'Salt, entry and sealed personal fields, packed';

CREATE TABLE ledger_entries (
  organisation uuid NOT NULL,
  index bigint NOT NULL,
  time timestamptz(3) NOT NULL,
  action text NOT NULL,
  outcome text NOT NULL,
  data_plane uuid,
  data_plane_sequence bigint,
  salt bytea NOT NULL,
  entry text NOT NULL,
  signature text,
  personal uuid,
  PRIMARY KEY (organisation, index)
);
ALTER TABLE ledger_entries ALTER COLUMN entry SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX ledger_entries_by_data_plane ON ledger_entries (organisation, data_plane, data_plane_sequence)
  WHERE data_plane IS NOT NULL;
COMMENT ON TABLE ledger_entries IS 'The audit log: one row a leaf';
COMMENT ON COLUMN ledger_entries.organisation IS 'Organisation, or the installation';
COMMENT ON COLUMN ledger_entries.index IS 'Position in the tree, from 0';
COMMENT ON COLUMN ledger_entries.time IS 'When it happened, as the entry says';
COMMENT ON COLUMN ledger_entries.action IS 'What was done, as the entry says';
COMMENT ON COLUMN ledger_entries.outcome IS 'success, failure or denied, as the entry says';
COMMENT ON COLUMN ledger_entries.data_plane IS 'Data plane that wrote it; null for the control plane''s own';
COMMENT ON COLUMN ledger_entries.data_plane_sequence IS 'Number in the data plane''s own chain';
COMMENT ON COLUMN ledger_entries.salt IS 'Salt of the leaf''s commitment';
COMMENT ON COLUMN ledger_entries.entry IS 'Exact canonical text: ids, codes, counts, and commitments in place of personal fields';
COMMENT ON COLUMN ledger_entries.signature IS 'The data plane''s signature';
COMMENT ON COLUMN ledger_entries.personal IS 'Where its personal fields are, as long as they are not erased';

CREATE TABLE ledger_personal (
  organisation uuid NOT NULL,
  id uuid NOT NULL,
  subject text,
  sealed bytea NOT NULL,
  PRIMARY KEY (organisation, id)
);
CREATE INDEX ledger_personal_by_subject ON ledger_personal (organisation, subject);
COMMENT ON TABLE ledger_personal IS 'Personal fields of entries with what opens them; deleting a row leaves every proof whole';
COMMENT ON COLUMN ledger_personal.organisation IS 'Organisation, or the installation';
COMMENT ON COLUMN ledger_personal.id IS 'Named by the entries that it belongs to (UUIDv7: when it was first used)';
COMMENT ON COLUMN ledger_personal.subject IS 'Id of the person or token that the fields are about';
COMMENT ON COLUMN ledger_personal.sealed IS 'Values and salts, or the key of the salts, AES-256-GCM under the platform key (personal)';

CREATE TABLE ledger_data_planes (
  organisation uuid NOT NULL,
  data_plane uuid NOT NULL,
  public_key bytea NOT NULL,
  PRIMARY KEY (organisation, data_plane)
);
COMMENT ON TABLE ledger_data_planes IS 'Public keys of the data planes that have signed entries';
COMMENT ON COLUMN ledger_data_planes.organisation IS 'Organisation';
COMMENT ON COLUMN ledger_data_planes.data_plane IS 'Data plane';
COMMENT ON COLUMN ledger_data_planes.public_key IS 'Ed25519 public identity key';

CREATE TABLE ledger_tiles (
  organisation uuid NOT NULL,
  level smallint NOT NULL,
  index bigint NOT NULL,
  width smallint NOT NULL,
  hashes bytea NOT NULL,
  PRIMARY KEY (organisation, level, index)
) WITH (fillfactor = 80);
ALTER TABLE ledger_tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;
COMMENT ON TABLE ledger_tiles IS 'Hashes of the tree in tiles (C2SP tlog-tiles)';
COMMENT ON COLUMN ledger_tiles.organisation IS 'Organisation, or the installation';
COMMENT ON COLUMN ledger_tiles.level IS 'Level of the tile';
COMMENT ON COLUMN ledger_tiles.index IS 'Number of the tile on its level';
COMMENT ON COLUMN ledger_tiles.width IS 'Hashes in it, 1 to 256';
COMMENT ON COLUMN ledger_tiles.hashes IS 'SHA-256 hashes, one after another';

CREATE TABLE ledger_checkpoints (
  organisation uuid PRIMARY KEY,
  size bigint NOT NULL,
  root bytea NOT NULL,
  note text NOT NULL,
  changed timestamptz(3) NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE ledger_checkpoints IS 'The newest signed checkpoint of each log';
COMMENT ON COLUMN ledger_checkpoints.organisation IS 'Organisation, or the installation';
COMMENT ON COLUMN ledger_checkpoints.size IS 'Entries in the tree';
COMMENT ON COLUMN ledger_checkpoints.root IS 'Root hash';
COMMENT ON COLUMN ledger_checkpoints.note IS 'Signed note (C2SP tlog-checkpoint)';
COMMENT ON COLUMN ledger_checkpoints.changed IS 'When it was signed';

-- ---- row-level security, forced for the owner too --------------------------------------------------------------------

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'people', 'sessions', 'projects', 'tokens', 'buckets', 'tables', 'snapshots', 'data_files', 'objects', 'uploads',
    'jobs', 'data_planes', 'enrolment_tokens', 'sealing_key_sets', 'wrapped_keys', 'roster', 'idempotency_keys',
    'ledger_keys', 'ledger_outbox', 'ledger_entries', 'ledger_personal', 'ledger_data_planes', 'ledger_tiles', 'ledger_checkpoints'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY tenant ON %I USING (organisation = current_organisation()) WITH CHECK (organisation = current_organisation())',
      name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO keyhold_app', name);
  END LOOP;
END $$;
ALTER TABLE organisations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON organisations USING (id = current_organisation()) WITH CHECK (id = current_organisation());
GRANT SELECT, INSERT, UPDATE ON organisations TO keyhold_app;

-- The log is only ever added to. Erasing a person deletes personal fields, which are not in the tree.
REVOKE UPDATE, DELETE ON ledger_entries FROM keyhold_app;
REVOKE DELETE ON ledger_tiles, ledger_checkpoints, ledger_keys, ledger_data_planes FROM keyhold_app;
REVOKE UPDATE ON ledger_outbox, ledger_keys FROM keyhold_app;

-- ---- look-ups that must happen before the tenant is known --------------------------------------------------------------
-- Owned by a role that may read just these columns of all tenants and cannot log in. They return ids only: what an id
-- stands for is then read under that tenant's policy.

GRANT USAGE, CREATE ON SCHEMA public TO keyhold_lookup;
GRANT SELECT (organisation, id, hash) ON tokens, sessions, enrolment_tokens TO keyhold_lookup;
GRANT SELECT (organisation, id, email_lookup) ON people TO keyhold_lookup;
GRANT SELECT (id, state) ON organisations TO keyhold_lookup;
GRANT SELECT (organisation, id) ON data_planes TO keyhold_lookup;
GRANT SELECT (organisation) ON ledger_outbox TO keyhold_lookup;
CREATE POLICY lookup ON tokens FOR SELECT TO keyhold_lookup USING (true);
CREATE POLICY lookup ON sessions FOR SELECT TO keyhold_lookup USING (true);
CREATE POLICY lookup ON enrolment_tokens FOR SELECT TO keyhold_lookup USING (true);
CREATE POLICY lookup ON people FOR SELECT TO keyhold_lookup USING (true);
CREATE POLICY lookup ON organisations FOR SELECT TO keyhold_lookup USING (true);
CREATE POLICY lookup ON data_planes FOR SELECT TO keyhold_lookup USING (true);
CREATE POLICY lookup ON ledger_outbox FOR SELECT TO keyhold_lookup USING (true);

CREATE FUNCTION find_token(wanted bytea) RETURNS TABLE (organisation uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS 'SELECT t.organisation, t.id FROM public.tokens t WHERE t.hash = wanted';
CREATE FUNCTION find_session(wanted bytea) RETURNS TABLE (organisation uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS 'SELECT s.organisation, s.id FROM public.sessions s WHERE s.hash = wanted';
CREATE FUNCTION find_enrolment(wanted bytea) RETURNS TABLE (organisation uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS 'SELECT e.organisation, e.id FROM public.enrolment_tokens e WHERE e.hash = wanted';
CREATE FUNCTION find_people(wanted bytea) RETURNS TABLE (organisation uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS 'SELECT p.organisation, p.id FROM public.people p WHERE p.email_lookup = wanted LIMIT 10';
CREATE FUNCTION find_data_plane(wanted uuid) RETURNS TABLE (organisation uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS 'SELECT d.organisation, d.id FROM public.data_planes d WHERE d.id = wanted';
CREATE FUNCTION list_organisations() RETURNS TABLE (organisation uuid, state text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS 'SELECT o.id, o.state FROM public.organisations o ORDER BY o.id LIMIT 100000';
CREATE FUNCTION list_waiting_ledgers() RETURNS TABLE (organisation uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS 'SELECT DISTINCT o.organisation FROM public.ledger_outbox o';

DO $$
DECLARE signature text;
BEGIN
  FOREACH signature IN ARRAY ARRAY[
    'find_token(bytea)', 'find_session(bytea)', 'find_enrolment(bytea)', 'find_people(bytea)', 'find_data_plane(uuid)',
    'list_organisations()', 'list_waiting_ledgers()'
  ] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO keyhold_app', signature);
    EXECUTE format('ALTER FUNCTION %s OWNER TO keyhold_lookup', signature);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM keyhold_lookup;
GRANT EXECUTE ON FUNCTION current_organisation() TO keyhold_app, keyhold_lookup;

-- ---- queue ----------------------------------------------------------------------------------------------------------------
-- pg-boss keeps its own tables there, as its own role; the server enters it by SET LOCAL ROLE, for tickets of ids only.

CREATE SCHEMA queue AUTHORIZATION keyhold_queue;
