-- The process that authorises has a role of its own, which alone reads the hashes of what people and programs show to
-- be let in, and of the holders only what the answer needs. The application adds hashes and cannot read them.

-- Its owner drops what it owns.
SET LOCAL ROLE keyhold_lookup;
DROP FUNCTION find_token(bytea), find_session(bytea), find_enrolment(bytea), find_password_reset(bytea);
RESET ROLE;
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['tokens', 'sessions', 'enrolment_tokens', 'password_resets'] LOOP
    EXECUTE format('DROP POLICY lookup ON %I', name);
    EXECUTE format('REVOKE ALL ON %I FROM keyhold_lookup', name);
  END LOOP;
END $$;

-- Takes the application's right to read one column of a table: what it may read is named column by column from then on,
-- so that a later migration that adds a column grants it too.
CREATE FUNCTION keep_from_application(place regclass, kept name) RETURNS void LANGUAGE plpgsql AS $$
DECLARE others text;
BEGIN
  SELECT string_agg(quote_ident(attname), ', ') INTO STRICT others FROM pg_attribute
    WHERE attrelid = place AND attnum > 0 AND NOT attisdropped AND attname <> kept;
  EXECUTE format('REVOKE SELECT ON %s FROM keyhold_app', place);
  EXECUTE format('GRANT SELECT (%s) ON %s TO keyhold_app', others, place);
END $$;
REVOKE ALL ON FUNCTION keep_from_application(regclass, name) FROM PUBLIC;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'tokens', 'sessions', 'pending_sign_ins', 'invitations', 'password_resets', 'enrolment_tokens'
  ] LOOP
    PERFORM keep_from_application(name::regclass, 'hash');
    EXECUTE format('GRANT SELECT (organisation, id, hash) ON %I TO keyhold_authoriser', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY[
    'tokens', 'sessions', 'pending_sign_ins', 'invitations', 'password_resets', 'enrolment_tokens', 'people',
    'security_policies', 'totp_factors', 'passkeys'
  ] LOOP
    EXECUTE format('CREATE POLICY authorise ON %I FOR SELECT TO keyhold_authoriser USING (true)', name);
  END LOOP;
END $$;

-- The tenant's policy is everybody's, so the role must be able to ask it.
GRANT EXECUTE ON FUNCTION current_organisation() TO keyhold_authoriser;
GRANT SELECT (project, kind, person, scopes, actions, expires, revoked, last_used) ON tokens TO keyhold_authoriser;
GRANT SELECT (person, last_used, expires_idle, expires_absolute, stepped_up) ON sessions TO keyhold_authoriser;
GRANT SELECT (organisation, id, role) ON people TO keyhold_authoriser;
GRANT SELECT (organisation, second_factor, idle_minutes) ON security_policies TO keyhold_authoriser;
GRANT SELECT (organisation, person, created) ON totp_factors TO keyhold_authoriser;
GRANT SELECT (organisation, person) ON passkeys TO keyhold_authoriser;

-- These two were found within an organisation that the caller named.
CREATE INDEX pending_sign_ins_by_hash ON pending_sign_ins (hash);
CREATE INDEX invitations_by_hash ON invitations (hash);
