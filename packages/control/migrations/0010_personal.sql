-- Personal data: consent, erasure, expiry; each personal column says why it is kept and for how long.

-- Two UUIDs of version 4 hold 244 random bits. The account's digests in the log are made with them.
ALTER TABLE people ADD COLUMN salt bytea NOT NULL
  DEFAULT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
COMMENT ON COLUMN people.salt IS 'Random; the account''s digests in the log are made with it, and cannot be tested once it is gone';

CREATE TABLE consents (
  organisation uuid NOT NULL,
  person uuid NOT NULL,
  version text NOT NULL,
  given timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, person, version),
  FOREIGN KEY (organisation, person) REFERENCES people ON DELETE CASCADE
);
COMMENT ON TABLE consents IS 'Who agreed to which version of the notice about personal data';
COMMENT ON COLUMN consents.organisation IS 'Organisation';
COMMENT ON COLUMN consents.person IS 'Who agreed';
COMMENT ON COLUMN consents.version IS 'Version of the notice';
COMMENT ON COLUMN consents.given IS 'When';

CREATE TABLE privacy_settings (
  organisation uuid PRIMARY KEY REFERENCES organisations,
  retention_days integer NOT NULL CHECK (retention_days BETWEEN 30 AND 3650)
);
COMMENT ON TABLE privacy_settings IS 'How long an organisation keeps personal fields; without a row 400 days';
COMMENT ON COLUMN privacy_settings.organisation IS 'Organisation';
COMMENT ON COLUMN privacy_settings.retention_days IS 'Days after which personal fields of the log are erased';

-- `organisation` has no foreign key, as in the other tables of the log.
CREATE TABLE ledger_erased (
  organisation uuid NOT NULL,
  subject text NOT NULL,
  erased timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, subject)
);
COMMENT ON TABLE ledger_erased IS 'Whose personal fields the log keeps no more, so that none of them comes back: late entries, other nodes, restored copies';
COMMENT ON COLUMN ledger_erased.organisation IS 'Organisation, or the installation';
COMMENT ON COLUMN ledger_erased.subject IS 'Id of the erased person or token';
COMMENT ON COLUMN ledger_erased.erased IS 'When';

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['consents', 'privacy_settings', 'ledger_erased'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY tenant ON %I USING (organisation = current_organisation()) WITH CHECK (organisation = current_organisation())',
      name);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO keyhold_app', name);
  END LOOP;
END $$;
GRANT UPDATE ON privacy_settings TO keyhold_app;

-- Form: "(personal: why; until when)".
COMMENT ON COLUMN people.email_sealed IS 'E-mail address, AES-256-GCM under the platform key (personal: to sign in with and to be found by; as long as the account)';
COMMENT ON COLUMN people.name_sealed IS 'What the person wants to be called, AES-256-GCM under the platform key (personal: to be named to colleagues; as long as the account)';
COMMENT ON COLUMN sessions.address_sealed IS 'Network address at sign-in, AES-256-GCM under the platform key (personal: to recognise a stranger''s session; as long as the session, at most 30 days)';
COMMENT ON COLUMN ledger_personal.sealed IS 'Values and salts, or the key of the salts, AES-256-GCM under the platform key (personal: to see from where something was done; the organisation''s period, 400 days unless it says otherwise, or until the person is erased)';
