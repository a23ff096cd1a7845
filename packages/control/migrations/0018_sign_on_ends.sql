-- Ends of single sign-on: shells that a browser signs in, logout by the provider, and domains that are looked at again.

-- What a session came by, so that the provider can end it.
ALTER TABLE sessions ADD COLUMN provider_subject bytea, ADD COLUMN provider_session bytea;
GRANT SELECT (provider_subject, provider_session) ON sessions TO keyhold_app;
COMMENT ON COLUMN sessions.provider_subject IS 'HMAC-SHA-256 of issuer and subject that it was opened by; null when by no provider (personal: so that the provider can end it; until the session ends)';
COMMENT ON COLUMN sessions.provider_session IS 'HMAC-SHA-256 of issuer and the provider''s own session; null when it names none (personal: so that the provider can end it; until the session ends)';
CREATE INDEX sessions_by_provider ON sessions (organisation, provider_subject) WHERE provider_subject IS NOT NULL;

ALTER TABLE pending_sign_ins ADD COLUMN provider_subject bytea, ADD COLUMN provider_session bytea;
GRANT SELECT (provider_subject, provider_session) ON pending_sign_ins TO keyhold_app;
COMMENT ON COLUMN pending_sign_ins.provider_subject IS 'As of sessions: what was shown before the second factor (personal: so that the provider can end it; 5 minutes)';
COMMENT ON COLUMN pending_sign_ins.provider_session IS 'As of sessions (personal: so that the provider can end it; 5 minutes)';

CREATE TABLE used_logout_tokens (
  organisation uuid NOT NULL REFERENCES organisations,
  token bytea NOT NULL,
  expires timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, token)
);
COMMENT ON TABLE used_logout_tokens IS 'Logout tokens of identity providers that were taken, so that none is taken twice';
COMMENT ON COLUMN used_logout_tokens.organisation IS 'Organisation';
COMMENT ON COLUMN used_logout_tokens.token IS 'SHA-256 of issuer and jti';
COMMENT ON COLUMN used_logout_tokens.expires IS 'When the token is too old in any case';

CREATE TABLE shell_confirmations (
  organisation uuid NOT NULL REFERENCES organisations,
  code bytea NOT NULL,
  challenge bytea NOT NULL,
  session uuid NOT NULL,
  created timestamptz(3) NOT NULL,
  expires timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, code),
  FOREIGN KEY (organisation, session) REFERENCES sessions ON DELETE CASCADE
);
COMMENT ON TABLE shell_confirmations IS 'Shells that somebody who is signed in has confirmed; each signs in once';
COMMENT ON COLUMN shell_confirmations.organisation IS 'Organisation';
COMMENT ON COLUMN shell_confirmations.code IS 'SHA-256 of the 256-bit code that the browser hands to the shell';
COMMENT ON COLUMN shell_confirmations.challenge IS 'SHA-256 of the 256-bit secret that the shell alone has';
COMMENT ON COLUMN shell_confirmations.session IS 'Session that confirmed; ends it with itself';
COMMENT ON COLUMN shell_confirmations.created IS 'When it was confirmed';
COMMENT ON COLUMN shell_confirmations.expires IS 'When it ends, 5 minutes later';

ALTER TABLE sign_on_domains ADD COLUMN checked timestamptz(3), ADD COLUMN missing timestamptz(3);
UPDATE sign_on_domains SET checked = proven;
COMMENT ON COLUMN sign_on_domains.checked IS 'When its proof was last looked for; null before the first time';
COMMENT ON COLUMN sign_on_domains.missing IS 'Since when the proof of a proven domain is not found; null while it is';

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['used_logout_tokens', 'shell_confirmations'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY tenant ON %I USING (organisation = current_organisation()) WITH CHECK (organisation = current_organisation())',
      name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO keyhold_app', name);
  END LOOP;
END $$;
