-- Operators: who runs the installation. They belong to no organisation. Their tables are seen in the installation's own
-- transactions alone, in which in turn no tenant's row is seen: a route of operators reaches no tenant's table by mistake.

CREATE FUNCTION is_installation() RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN current_organisation() = '00000000-0000-7000-8000-000000000000'::uuid;
GRANT EXECUTE ON FUNCTION is_installation() TO keyhold_app, keyhold_lookup;

CREATE TABLE operators (
  id uuid PRIMARY KEY,
  name_sealed bytea NOT NULL,
  roles jsonb NOT NULL CHECK (jsonb_array_length(roles) > 0 AND roles <@ '["monitoring", "administration", "upgrade", "recovery"]'),
  created timestamptz(3) NOT NULL,
  last_used timestamptz(3)
);
COMMENT ON TABLE operators IS 'Operators of the installation, members of no organisation';
COMMENT ON COLUMN operators.id IS 'Operator';
COMMENT ON COLUMN operators.name_sealed IS 'Name, AES-256-GCM under the platform key (personal: so that acts have a person; until the operator is removed)';
COMMENT ON COLUMN operators.roles IS 'Roles that the operator has';
COMMENT ON COLUMN operators.created IS 'When the operator was enrolled';
COMMENT ON COLUMN operators.last_used IS 'Last sign-in';

CREATE TABLE operator_invitations (
  id uuid PRIMARY KEY,
  hash bytea NOT NULL UNIQUE,
  name_sealed bytea NOT NULL,
  roles jsonb NOT NULL CHECK (jsonb_array_length(roles) > 0 AND roles <@ '["monitoring", "administration", "upgrade", "recovery"]'),
  invited_by uuid REFERENCES operators ON DELETE CASCADE,
  created timestamptz(3) NOT NULL,
  expires timestamptz(3) NOT NULL
);
COMMENT ON TABLE operator_invitations IS 'Links that enrol an operator once';
COMMENT ON COLUMN operator_invitations.id IS 'Invitation';
COMMENT ON COLUMN operator_invitations.hash IS 'SHA-256 of the link''s 256-bit secret';
COMMENT ON COLUMN operator_invitations.name_sealed IS 'Name of who is invited, AES-256-GCM under the platform key (personal: to make the operator; until the link is used, revoked or has run out, then a day)';
COMMENT ON COLUMN operator_invitations.roles IS 'Roles that the operator will have';
COMMENT ON COLUMN operator_invitations.invited_by IS 'Operator who invited; null for the command on the host';
COMMENT ON COLUMN operator_invitations.created IS 'When it was made';
COMMENT ON COLUMN operator_invitations.expires IS 'When it ends, an hour later';

CREATE TABLE operator_passkeys (
  id uuid PRIMARY KEY,
  operator uuid NOT NULL REFERENCES operators ON DELETE CASCADE,
  credential text NOT NULL UNIQUE,
  public_key bytea NOT NULL,
  counter bigint NOT NULL,
  transports jsonb NOT NULL,
  host text NOT NULL,
  created timestamptz(3) NOT NULL,
  last_used timestamptz(3)
);
COMMENT ON TABLE operator_passkeys IS 'Public halves of operators'' passkeys';
COMMENT ON COLUMN operator_passkeys.id IS 'Passkey';
COMMENT ON COLUMN operator_passkeys.operator IS 'Whose it is';
COMMENT ON COLUMN operator_passkeys.credential IS 'Credential id, drawn by the authenticator';
COMMENT ON COLUMN operator_passkeys.public_key IS 'Public key (COSE)';
COMMENT ON COLUMN operator_passkeys.counter IS 'Signature counter of the authenticator at the last use; 0 where it does not count';
COMMENT ON COLUMN operator_passkeys.transports IS 'How the browser reaches the authenticator';
COMMENT ON COLUMN operator_passkeys.host IS 'Name of this server that it is bound to (relying party id)';
COMMENT ON COLUMN operator_passkeys.created IS 'When it was added';
COMMENT ON COLUMN operator_passkeys.last_used IS 'Last use';

CREATE TABLE operator_sessions (
  id uuid PRIMARY KEY,
  operator uuid NOT NULL REFERENCES operators ON DELETE CASCADE,
  hash bytea NOT NULL UNIQUE,
  created timestamptz(3) NOT NULL,
  last_used timestamptz(3) NOT NULL,
  stepped_up timestamptz(3) NOT NULL,
  expires_idle timestamptz(3) NOT NULL,
  expires_absolute timestamptz(3) NOT NULL,
  address_sealed bytea NOT NULL,
  program_sealed bytea NOT NULL
);
COMMENT ON TABLE operator_sessions IS 'Signed-in browsers of operators';
COMMENT ON COLUMN operator_sessions.id IS 'Session';
COMMENT ON COLUMN operator_sessions.operator IS 'Who signed in';
COMMENT ON COLUMN operator_sessions.hash IS 'SHA-256 of the 256-bit session secret';
COMMENT ON COLUMN operator_sessions.created IS 'When the operator signed in';
COMMENT ON COLUMN operator_sessions.last_used IS 'Last use, to the minute';
COMMENT ON COLUMN operator_sessions.stepped_up IS 'When the operator last proved that it is them: at sign-in, or later';
COMMENT ON COLUMN operator_sessions.expires_idle IS 'Ends then unless used before';
COMMENT ON COLUMN operator_sessions.expires_absolute IS 'Ends then in any case';
COMMENT ON COLUMN operator_sessions.address_sealed IS 'Network address at sign-in, AES-256-GCM under the platform key (personal: to recognise one''s sessions; as long as the session, at most 8 hours and until the next sign-in)';
COMMENT ON COLUMN operator_sessions.program_sealed IS 'Program and system from the user agent, AES-256-GCM under the platform key (personal: to recognise one''s sessions; as long as the session, at most 8 hours and until the next sign-in)';

CREATE TABLE operator_used_challenges (
  hash bytea PRIMARY KEY,
  expires timestamptz(3) NOT NULL
);
COMMENT ON TABLE operator_used_challenges IS 'Challenges for passkeys that were answered: none is answered twice';
COMMENT ON COLUMN operator_used_challenges.hash IS 'SHA-256 of the challenge';
COMMENT ON COLUMN operator_used_challenges.expires IS 'When the challenge ends by itself, and the row may go';

CREATE TABLE organisation_labels (
  subject uuid PRIMARY KEY,
  label_sealed bytea NOT NULL,
  created_by uuid NOT NULL
);
COMMENT ON TABLE organisation_labels IS 'What operators call the organisations that they made';
COMMENT ON COLUMN organisation_labels.subject IS 'Organisation';
COMMENT ON COLUMN organisation_labels.label_sealed IS 'Label, AES-256-GCM under the platform key (personal: a customer may be a person; as long as the organisation)';
COMMENT ON COLUMN organisation_labels.created_by IS 'Operator who made it';

CREATE TABLE maintenance (
  sole boolean PRIMARY KEY DEFAULT true CHECK (sole),
  starts timestamptz(3) NOT NULL,
  ends timestamptz(3) NOT NULL CHECK (ends > starts),
  message text NOT NULL,
  announced_by uuid NOT NULL
);
COMMENT ON TABLE maintenance IS 'The announced work on the installation; one row or none';
COMMENT ON COLUMN maintenance.sole IS 'True: there is one announcement at a time';
COMMENT ON COLUMN maintenance.starts IS 'When it begins';
COMMENT ON COLUMN maintenance.ends IS 'When it ends';
COMMENT ON COLUMN maintenance.message IS 'What everyone is told';
COMMENT ON COLUMN maintenance.announced_by IS 'Operator who announced it';

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'operators', 'operator_invitations', 'operator_passkeys', 'operator_sessions', 'operator_used_challenges',
    'organisation_labels', 'maintenance'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY installation ON %I USING (current_organisation() = ''00000000-0000-7000-8000-000000000000''::uuid) WITH CHECK (current_organisation() = ''00000000-0000-7000-8000-000000000000''::uuid)',
      name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO keyhold_app', name);
  END LOOP;
END $$;

-- ---- organisations --------------------------------------------------------------------------------------------------

ALTER TABLE organisations ADD COLUMN suspended timestamptz(3);
COMMENT ON COLUMN organisations.suspended IS 'Since when operators let nobody of it in; null when they do';

-- ---- what operators may know of tenants: ids, counts, bytes, times ----------------------------------------------------
-- Owned by the look-up role, which may read just these columns. Outside the installation's transactions they are empty.

GRANT CREATE ON SCHEMA public TO keyhold_lookup;
GRANT SELECT (suspended, created) ON organisations TO keyhold_lookup;
GRANT SELECT (organisation, id) ON projects TO keyhold_lookup;
GRANT SELECT (organisation, id, deleted) ON tables TO keyhold_lookup;
GRANT SELECT (organisation, id, state, length, digest, created) ON objects TO keyhold_lookup;
GRANT SELECT (organisation, state) ON jobs TO keyhold_lookup;
GRANT SELECT (organisation, size) ON ledger_checkpoints TO keyhold_lookup;
GRANT SELECT (name, applied) ON schema_migrations TO keyhold_lookup;
CREATE POLICY lookup ON projects FOR SELECT TO keyhold_lookup USING (true);
CREATE POLICY lookup ON tables FOR SELECT TO keyhold_lookup USING (true);
CREATE POLICY lookup ON objects FOR SELECT TO keyhold_lookup USING (true);
CREATE POLICY lookup ON jobs FOR SELECT TO keyhold_lookup USING (true);
CREATE POLICY lookup ON ledger_checkpoints FOR SELECT TO keyhold_lookup USING (true);

CREATE FUNCTION list_operated() RETURNS TABLE (
    id uuid, state text, suspended timestamptz, created timestamptz, data_planes bigint, people bigint, projects bigint,
    tables bigint, objects bigint, bytes bigint, jobs_queued bigint, jobs_running bigint, entries bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $body$
    SELECT o.id, o.state, o.suspended, o.created,
      (SELECT count(*) FROM public.data_planes d WHERE d.organisation = o.id),
      (SELECT count(*) FROM public.people p WHERE p.organisation = o.id),
      (SELECT count(*) FROM public.projects p WHERE p.organisation = o.id),
      (SELECT count(*) FROM public.tables t WHERE t.organisation = o.id AND t.deleted IS NULL),
      s.objects, s.bytes,
      (SELECT count(*) FROM public.jobs j WHERE j.organisation = o.id AND j.state = 'queued'),
      (SELECT count(*) FROM public.jobs j WHERE j.organisation = o.id AND j.state = 'running'),
      coalesce((SELECT c.size FROM public.ledger_checkpoints c WHERE c.organisation = o.id), 0)
    FROM public.organisations o CROSS JOIN LATERAL (
      SELECT count(*) AS objects, coalesce(sum(b.length), 0)::bigint AS bytes FROM public.objects b WHERE b.organisation = o.id
    ) s
    WHERE public.is_installation() ORDER BY o.id LIMIT 10000
  $body$;
CREATE FUNCTION list_operated_objects(wanted uuid, beyond uuid) RETURNS TABLE (
    id uuid, length bigint, digest text, state text, created timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $body$
    SELECT b.id, b.length, b.digest, b.state, b.created FROM public.objects b
    WHERE public.is_installation() AND b.organisation = wanted AND (beyond IS NULL OR b.id > beyond) ORDER BY b.id LIMIT 1000
  $body$;
CREATE FUNCTION count_waiting_entries() RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $body$ SELECT count(*) FROM public.ledger_outbox o WHERE public.is_installation() $body$;
CREATE FUNCTION list_migrations() RETURNS TABLE (name text, applied timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $body$ SELECT m.name, m.applied FROM public.schema_migrations m WHERE public.is_installation() ORDER BY m.name $body$;
-- Asked before a caller's tenant is entered.
CREATE FUNCTION list_suspended() RETURNS TABLE (organisation uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $body$ SELECT o.id FROM public.organisations o WHERE o.suspended IS NOT NULL $body$;

DO $$
DECLARE signature text;
BEGIN
  FOREACH signature IN ARRAY ARRAY[
    'list_operated()', 'list_operated_objects(uuid, uuid)', 'count_waiting_entries()', 'list_migrations()', 'list_suspended()'
  ] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO keyhold_app', signature);
    EXECUTE format('ALTER FUNCTION %s OWNER TO keyhold_lookup', signature);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM keyhold_lookup;

-- ---- the process that authorises ---------------------------------------------------------------------------------------
-- It alone reads the hashes of what operators show to be let in; the application adds them and cannot read them.

REVOKE SELECT ON operator_sessions, operator_invitations FROM keyhold_app;
GRANT SELECT (id, operator, created, last_used, stepped_up, expires_idle, expires_absolute, address_sealed, program_sealed)
  ON operator_sessions TO keyhold_app;
GRANT SELECT (id, name_sealed, roles, invited_by, created, expires) ON operator_invitations TO keyhold_app;
GRANT EXECUTE ON FUNCTION current_organisation() TO keyhold_authoriser;
GRANT SELECT (id, operator, hash, last_used, stepped_up, expires_idle, expires_absolute) ON operator_sessions TO keyhold_authoriser;
GRANT SELECT (id, hash) ON operator_invitations TO keyhold_authoriser;
GRANT SELECT (id, roles) ON operators TO keyhold_authoriser;
CREATE POLICY authorise ON operator_sessions FOR SELECT TO keyhold_authoriser USING (true);
CREATE POLICY authorise ON operator_invitations FOR SELECT TO keyhold_authoriser USING (true);
CREATE POLICY authorise ON operators FOR SELECT TO keyhold_authoriser USING (true);
