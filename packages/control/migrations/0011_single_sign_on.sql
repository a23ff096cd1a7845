-- Single sign-on by OpenID Connect: identity providers, links of accounts, proven domains, and sign-ins under way.

-- An account that came in by single sign-on has no password.
ALTER TABLE people ALTER COLUMN password_hash DROP NOT NULL;
COMMENT ON COLUMN people.password_hash IS 'argon2id hash with its salt and costs; null for who signs in at the identity provider only';

ALTER TABLE sessions ADD COLUMN provider_factor boolean NOT NULL DEFAULT false;
GRANT SELECT (provider_factor) ON sessions TO keyhold_app, keyhold_authoriser;
COMMENT ON COLUMN sessions.provider_factor IS 'Whether the identity provider said that it saw a second factor, and the organisation trusts that';

CREATE TABLE identity_providers (
  organisation uuid PRIMARY KEY REFERENCES organisations,
  name text NOT NULL,
  issuer text NOT NULL,
  client_id text NOT NULL,
  client_secret_sealed bytea NOT NULL,
  scopes text NOT NULL,
  changed timestamptz(3) NOT NULL
);
COMMENT ON TABLE identity_providers IS 'Where members of organisations sign in by OpenID Connect';
COMMENT ON COLUMN identity_providers.organisation IS 'Organisation';
COMMENT ON COLUMN identity_providers.name IS 'What people know it by';
COMMENT ON COLUMN identity_providers.issuer IS 'Issuer identifier, an address';
COMMENT ON COLUMN identity_providers.client_id IS 'What the provider calls this installation';
COMMENT ON COLUMN identity_providers.client_secret_sealed IS 'Client secret, AES-256-GCM under the platform key, bound to issuer and client';
COMMENT ON COLUMN identity_providers.scopes IS 'Scopes that are asked for';
COMMENT ON COLUMN identity_providers.changed IS 'Last change';

CREATE TABLE provider_links (
  organisation uuid NOT NULL,
  person uuid NOT NULL,
  subject bytea NOT NULL,
  created timestamptz(3) NOT NULL,
  last_used timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, subject),
  UNIQUE (organisation, person),
  FOREIGN KEY (organisation, person) REFERENCES people ON DELETE CASCADE
);
COMMENT ON TABLE provider_links IS 'Accounts at identity providers that open accounts here';
COMMENT ON COLUMN provider_links.organisation IS 'Organisation';
COMMENT ON COLUMN provider_links.person IS 'Whose account here';
COMMENT ON COLUMN provider_links.subject IS 'HMAC-SHA-256 of issuer and subject under the platform key (personal: to sign in; until it is disconnected or the account ends)';
COMMENT ON COLUMN provider_links.created IS 'When it was connected';
COMMENT ON COLUMN provider_links.last_used IS 'Last sign-in by it';

CREATE TABLE sign_on_domains (
  organisation uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  domain text NOT NULL,
  token text NOT NULL,
  created timestamptz(3) NOT NULL,
  proven timestamptz(3),
  PRIMARY KEY (organisation, id),
  UNIQUE (organisation, domain)
);
-- Over all organisations: a domain is proven for one. Only who controls the domain can come to learn of another.
CREATE UNIQUE INDEX sign_on_domains_proven ON sign_on_domains (domain) WHERE proven IS NOT NULL;
COMMENT ON TABLE sign_on_domains IS 'Domains of e-mail addresses; those not proven give no power';
COMMENT ON COLUMN sign_on_domains.organisation IS 'Organisation';
COMMENT ON COLUMN sign_on_domains.id IS 'Domain';
COMMENT ON COLUMN sign_on_domains.domain IS 'Its name in lower case, ASCII';
COMMENT ON COLUMN sign_on_domains.token IS 'What proves it, in a DNS record or a file that anyone may read';
COMMENT ON COLUMN sign_on_domains.created IS 'When it was added';
COMMENT ON COLUMN sign_on_domains.proven IS 'When the proof was found; null before';

CREATE TABLE sign_on_policies (
  organisation uuid PRIMARY KEY REFERENCES organisations,
  only_provider boolean NOT NULL,
  join_role text CHECK (join_role IN ('analyst', 'viewer', 'auditor', 'approver')),
  trust_factor boolean NOT NULL,
  changed timestamptz(3) NOT NULL
);
COMMENT ON TABLE sign_on_policies IS 'How members of organisations may sign in; without a row any way';
COMMENT ON COLUMN sign_on_policies.organisation IS 'Organisation';
COMMENT ON COLUMN sign_on_policies.only_provider IS 'No password counts but those of the break-glass owners';
COMMENT ON COLUMN sign_on_policies.join_role IS 'Role of who joins by a proven domain; null when nobody does';
COMMENT ON COLUMN sign_on_policies.trust_factor IS 'Whether a second factor at the provider stands for one here';
COMMENT ON COLUMN sign_on_policies.changed IS 'Last change';

CREATE TABLE break_glass_owners (
  organisation uuid NOT NULL,
  person uuid NOT NULL,
  PRIMARY KEY (organisation, person),
  FOREIGN KEY (organisation, person) REFERENCES people ON DELETE CASCADE
);
COMMENT ON TABLE break_glass_owners IS 'Owners who keep their password where single sign-on is the only way';
COMMENT ON COLUMN break_glass_owners.organisation IS 'Organisation';
COMMENT ON COLUMN break_glass_owners.person IS 'Owner; counts only with the role and a second factor';

CREATE TABLE sign_on_attempts (
  organisation uuid NOT NULL REFERENCES organisations,
  state bytea NOT NULL,
  browser bytea NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('sign-in', 'connect', 'step-up')),
  issuer text NOT NULL,
  client_id text NOT NULL,
  session uuid,
  invitation uuid,
  secrets_sealed bytea NOT NULL,
  created timestamptz(3) NOT NULL,
  expires timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, state),
  FOREIGN KEY (organisation, session) REFERENCES sessions ON DELETE CASCADE,
  FOREIGN KEY (organisation, invitation) REFERENCES invitations ON DELETE CASCADE,
  CHECK ((purpose = 'sign-in') = (session IS NULL))
);
COMMENT ON TABLE sign_on_attempts IS 'Browsers that are at the identity provider; each comes back once';
COMMENT ON COLUMN sign_on_attempts.organisation IS 'Organisation';
COMMENT ON COLUMN sign_on_attempts.state IS 'SHA-256 of the 256-bit state';
COMMENT ON COLUMN sign_on_attempts.browser IS 'SHA-256 of the 256-bit secret in the cookie of the browser that began';
COMMENT ON COLUMN sign_on_attempts.purpose IS 'To sign in, to connect an account, or to step up';
COMMENT ON COLUMN sign_on_attempts.issuer IS 'Provider that it was begun at';
COMMENT ON COLUMN sign_on_attempts.client_id IS 'Client that it was begun as';
COMMENT ON COLUMN sign_on_attempts.session IS 'Session that connects or steps up';
COMMENT ON COLUMN sign_on_attempts.invitation IS 'Invitation whose secret the browser had';
COMMENT ON COLUMN sign_on_attempts.secrets_sealed IS 'Nonce and PKCE verifier, AES-256-GCM under the platform key';
COMMENT ON COLUMN sign_on_attempts.created IS 'When it was begun';
COMMENT ON COLUMN sign_on_attempts.expires IS 'When it ends, 10 minutes later';

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'identity_providers', 'provider_links', 'sign_on_domains', 'sign_on_policies', 'break_glass_owners', 'sign_on_attempts'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY tenant ON %I USING (organisation = current_organisation()) WITH CHECK (organisation = current_organisation())',
      name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO keyhold_app', name);
  END LOOP;
END $$;

-- Whether single sign-on is the organisation's only way. Runs as the caller, under the tenant's policy.
CREATE FUNCTION only_provider() RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN EXISTS (SELECT 1 FROM sign_on_policies p WHERE p.organisation = current_organisation() AND p.only_provider);
-- The one place that says whether a person's password counts: every look at a password hash asks it.
CREATE FUNCTION password_counts(wanted uuid) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NOT only_provider() OR (
    EXISTS (SELECT 1 FROM break_glass_owners b JOIN people p ON p.organisation = b.organisation AND p.id = b.person
      WHERE b.organisation = current_organisation() AND b.person = wanted AND p.role = 'owner')
    AND has_factor(wanted));
GRANT EXECUTE ON FUNCTION only_provider(), password_counts(uuid) TO keyhold_app;

-- Before a tenant is known: whose a proven domain is; as the other look-ups of 0001_spine.sql.
GRANT CREATE ON SCHEMA public TO keyhold_lookup;
GRANT SELECT (organisation, id, domain, proven) ON sign_on_domains TO keyhold_lookup;
CREATE POLICY lookup ON sign_on_domains FOR SELECT TO keyhold_lookup USING (proven IS NOT NULL);
CREATE FUNCTION find_domain(wanted text) RETURNS TABLE (organisation uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS 'SELECT d.organisation, d.id FROM public.sign_on_domains d WHERE d.domain = wanted AND d.proven IS NOT NULL';
REVOKE ALL ON FUNCTION find_domain(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_domain(text) TO keyhold_app;
ALTER FUNCTION find_domain(text) OWNER TO keyhold_lookup;
REVOKE CREATE ON SCHEMA public FROM keyhold_lookup;
