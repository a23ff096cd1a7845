-- Groups, and people who come and go as an identity provider says (SCIM).

-- Accounts that provisioning makes have no password: who signs in to them is the identity provider's to say.
ALTER TABLE people ALTER COLUMN password_hash DROP NOT NULL;
ALTER TABLE people
  ADD COLUMN own_role text CHECK (own_role IN ('owner', 'admin', 'analyst', 'viewer', 'auditor', 'approver')),
  ADD COLUMN suspended timestamptz(3),
  ADD COLUMN has_password boolean NOT NULL GENERATED ALWAYS AS (password_hash IS NOT NULL) STORED,
  ADD COLUMN provisioned_by uuid,
  ADD COLUMN external_id_sealed bytea,
  ADD COLUMN external_id_lookup bytea,
  ADD CONSTRAINT people_owner_is_own CHECK (role <> 'owner' OR own_role IS NULL),
  ADD CONSTRAINT people_external_id UNIQUE (organisation, external_id_lookup);
COMMENT ON COLUMN people.password_hash IS 'argon2id hash with its salt and costs; null for who has no password';
COMMENT ON COLUMN people.role IS 'What the person may do: the own role, or a stronger one of a group';
COMMENT ON COLUMN people.own_role IS 'The own role where a group gives a stronger one; else null';
COMMENT ON COLUMN people.suspended IS 'Since when the person may do nothing here; null for who may';
COMMENT ON COLUMN people.has_password IS 'Whether there is a password, for those that may not read its hash';
COMMENT ON COLUMN people.provisioned_by IS 'Provisioning token that made the account; null when a person did';
COMMENT ON COLUMN people.external_id_sealed IS 'The identity provider''s id of the person, AES-256-GCM under the platform key (personal: to know the person the identity provider means; as long as the account)';
COMMENT ON COLUMN people.external_id_lookup IS 'HMAC-SHA-256 of the identity provider''s id under the platform key, to find it by';

CREATE TABLE groups (
  organisation uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  name text NOT NULL,
  name_lower text NOT NULL,
  role text CHECK (role IN ('admin', 'analyst', 'viewer', 'auditor', 'approver')),
  external_id text,
  provisioned_by uuid,
  created timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, id),
  UNIQUE (organisation, name_lower)
);
COMMENT ON TABLE groups IS 'Groups of members; never one that makes owners';
COMMENT ON COLUMN groups.organisation IS 'Organisation';
COMMENT ON COLUMN groups.id IS 'Group';
COMMENT ON COLUMN groups.name IS 'What it is called';
COMMENT ON COLUMN groups.name_lower IS 'The name in lower case: there is no other group of it';
COMMENT ON COLUMN groups.role IS 'Role that it gives its members; null for none';
COMMENT ON COLUMN groups.external_id IS 'The identity provider''s id of the group';
COMMENT ON COLUMN groups.provisioned_by IS 'Provisioning token that made it; null when a person did';
COMMENT ON COLUMN groups.created IS 'When it was made';

CREATE TABLE group_members (
  organisation uuid NOT NULL,
  group_id uuid NOT NULL,
  person uuid NOT NULL,
  added timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, group_id, person),
  FOREIGN KEY (organisation, group_id) REFERENCES groups ON DELETE CASCADE,
  FOREIGN KEY (organisation, person) REFERENCES people ON DELETE CASCADE
);
CREATE INDEX group_members_by_person ON group_members (organisation, person);
COMMENT ON TABLE group_members IS 'Who is in which group';
COMMENT ON COLUMN group_members.organisation IS 'Organisation';
COMMENT ON COLUMN group_members.group_id IS 'Group';
COMMENT ON COLUMN group_members.person IS 'Person';
COMMENT ON COLUMN group_members.added IS 'When the person was added';

CREATE TABLE provisioning_tokens (
  organisation uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  name text NOT NULL,
  hash bytea NOT NULL,
  created timestamptz(3) NOT NULL,
  created_by uuid NOT NULL,
  expires timestamptz(3) NOT NULL,
  revoked timestamptz(3),
  last_used timestamptz(3),
  PRIMARY KEY (organisation, id)
);
CREATE INDEX provisioning_tokens_by_hash ON provisioning_tokens (hash);
COMMENT ON TABLE provisioning_tokens IS 'Tokens with which an identity provider keeps people and groups, and nothing else';
COMMENT ON COLUMN provisioning_tokens.organisation IS 'Organisation';
COMMENT ON COLUMN provisioning_tokens.id IS 'Token';
COMMENT ON COLUMN provisioning_tokens.name IS 'What it is called';
COMMENT ON COLUMN provisioning_tokens.hash IS 'SHA-256 of the 256-bit secret';
COMMENT ON COLUMN provisioning_tokens.created IS 'When it was made';
COMMENT ON COLUMN provisioning_tokens.created_by IS 'Person who made it';
COMMENT ON COLUMN provisioning_tokens.expires IS 'Ends by itself then';
COMMENT ON COLUMN provisioning_tokens.revoked IS 'When it was ended; null while it works';
COMMENT ON COLUMN provisioning_tokens.last_used IS 'Last call, to the minute';

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['groups', 'group_members', 'provisioning_tokens'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY tenant ON %I USING (organisation = current_organisation()) WITH CHECK (organisation = current_organisation())',
      name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO keyhold_app', name);
  END LOOP;
END $$;

-- The process that authorises alone reads the hashes, as those of other secrets (0014_authoriser.sql).
REVOKE SELECT ON provisioning_tokens FROM keyhold_app;
GRANT SELECT (organisation, id, name, created, created_by, expires, revoked, last_used) ON provisioning_tokens
  TO keyhold_app;
GRANT SELECT (organisation, id, hash, expires, revoked, last_used) ON provisioning_tokens TO keyhold_authoriser;
GRANT SELECT (suspended) ON people TO keyhold_authoriser;
CREATE POLICY authorise ON provisioning_tokens FOR SELECT TO keyhold_authoriser USING (true);

-- Before a tenant is known, as in 0001_spine.sql. Who is suspended or has no password is nobody to sign-in and resets.
GRANT CREATE ON SCHEMA public TO keyhold_lookup;
GRANT SELECT (suspended, has_password) ON people TO keyhold_lookup;
SET LOCAL ROLE keyhold_lookup;
CREATE OR REPLACE FUNCTION find_people(wanted bytea) RETURNS TABLE (organisation uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS 'SELECT p.organisation, p.id FROM public.people p
      WHERE p.email_lookup = wanted AND p.suspended IS NULL AND p.has_password LIMIT 10';
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM keyhold_lookup;

-- An owner who is suspended can mend nothing: one who is not must be left.
CREATE OR REPLACE FUNCTION refuse_ownerless() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM people p WHERE p.organisation = OLD.organisation AND p.role = 'owner' AND p.suspended IS NULL)
    AND EXISTS (SELECT 1 FROM organisations o WHERE o.id = OLD.organisation AND o.state = 'active')
  THEN
    RAISE EXCEPTION 'an active organisation keeps at least one owner';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER keep_an_owner ON people;
CREATE CONSTRAINT TRIGGER keep_an_owner AFTER UPDATE OF role, suspended OR DELETE ON people
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.role = 'owner') EXECUTE FUNCTION refuse_ownerless();
