-- Resets of passwords by mail, and where people signed in before.

CREATE TABLE password_resets (
  organisation uuid NOT NULL,
  id uuid NOT NULL,
  person uuid NOT NULL,
  hash bytea NOT NULL,
  created timestamptz(3) NOT NULL,
  expires timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, id),
  FOREIGN KEY (organisation, person) REFERENCES people ON DELETE CASCADE
);
CREATE INDEX password_resets_by_hash ON password_resets (hash);
CREATE INDEX password_resets_by_person ON password_resets (organisation, person);
COMMENT ON TABLE password_resets IS 'Mailed links to choose a new password';
COMMENT ON COLUMN password_resets.organisation IS 'Organisation';
COMMENT ON COLUMN password_resets.id IS 'Link';
COMMENT ON COLUMN password_resets.person IS 'Whose password it is for';
COMMENT ON COLUMN password_resets.hash IS 'SHA-256 of the 256-bit secret in the link';
COMMENT ON COLUMN password_resets.created IS 'When it was asked for';
COMMENT ON COLUMN password_resets.expires IS 'When it ends unless used before';
ALTER TABLE password_resets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON password_resets USING (organisation = current_organisation())
  WITH CHECK (organisation = current_organisation());
GRANT SELECT, INSERT, UPDATE, DELETE ON password_resets TO keyhold_app;

CREATE TABLE sign_in_places (
  organisation uuid NOT NULL,
  person uuid NOT NULL,
  place bytea NOT NULL,
  last_seen timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, person, place),
  FOREIGN KEY (organisation, person) REFERENCES people ON DELETE CASCADE
);
COMMENT ON TABLE sign_in_places IS 'Networks and kinds of program that people signed in from, so that a new one is told to them';
COMMENT ON COLUMN sign_in_places.organisation IS 'Organisation';
COMMENT ON COLUMN sign_in_places.person IS 'Person';
COMMENT ON COLUMN sign_in_places.place IS 'HMAC-SHA-256 of the block of network addresses or the kind of program under the platform key (personal: to tell of a sign-in from elsewhere; a year after the last one from there)';
COMMENT ON COLUMN sign_in_places.last_seen IS 'Last sign-in from there';
ALTER TABLE sign_in_places ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON sign_in_places USING (organisation = current_organisation())
  WITH CHECK (organisation = current_organisation());
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_places TO keyhold_app;

-- Before a tenant is known: whose link a secret is, by its hash; as the other look-ups of 0001_spine.sql.
GRANT CREATE ON SCHEMA public TO keyhold_lookup;
GRANT SELECT (organisation, id, hash) ON password_resets TO keyhold_lookup;
CREATE POLICY lookup ON password_resets FOR SELECT TO keyhold_lookup USING (true);
CREATE FUNCTION find_password_reset(wanted bytea) RETURNS TABLE (organisation uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS 'SELECT r.organisation, r.id FROM public.password_resets r WHERE r.hash = wanted';
REVOKE ALL ON FUNCTION find_password_reset(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_password_reset(bytea) TO keyhold_app;
ALTER FUNCTION find_password_reset(bytea) OWNER TO keyhold_lookup;
REVOKE CREATE ON SCHEMA public FROM keyhold_lookup;
