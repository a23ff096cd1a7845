-- Second factors, step-up, and what the organisation demands of sessions.

-- Sessions that are open now count as proven long ago.
ALTER TABLE sessions ADD COLUMN stepped_up timestamptz(3) NOT NULL DEFAULT '1970-01-01T00:00:00Z';
ALTER TABLE sessions ALTER COLUMN stepped_up DROP DEFAULT;
ALTER TABLE sessions ADD COLUMN program_sealed bytea;
COMMENT ON COLUMN sessions.stepped_up IS 'When the person last proved that it is them: at sign-in, or later';
COMMENT ON COLUMN sessions.program_sealed IS 'Program and system from the user agent, AES-256-GCM under the platform key (personal: to recognise one''s sessions; as long as the session, at most 30 days)';

CREATE TABLE security_policies (
  organisation uuid PRIMARY KEY REFERENCES organisations,
  second_factor text NOT NULL CHECK (second_factor IN ('none', 'all')),
  idle_minutes integer NOT NULL CHECK (idle_minutes BETWEEN 5 AND 10080),
  longest_minutes integer NOT NULL CHECK (longest_minutes BETWEEN 60 AND 43200 AND longest_minutes >= idle_minutes),
  changed timestamptz(3) NOT NULL
);
COMMENT ON TABLE security_policies IS 'What organisations demand of their members'' sessions; without a row the defaults hold';
COMMENT ON COLUMN security_policies.organisation IS 'Organisation';
COMMENT ON COLUMN security_policies.second_factor IS 'Whom a second factor is demanded of: none or all';
COMMENT ON COLUMN security_policies.idle_minutes IS 'Minutes without use after which a session ends';
COMMENT ON COLUMN security_policies.longest_minutes IS 'Minutes after which a session ends in any case';
COMMENT ON COLUMN security_policies.changed IS 'Last change';

CREATE TABLE totp_factors (
  organisation uuid NOT NULL,
  person uuid NOT NULL,
  secret_sealed bytea,
  new_secret_sealed bytea,
  new_expires timestamptz(3),
  last_step bigint NOT NULL DEFAULT 0,
  failures integer NOT NULL DEFAULT 0,
  created timestamptz(3),
  PRIMARY KEY (organisation, person),
  FOREIGN KEY (organisation, person) REFERENCES people ON DELETE CASCADE
);
COMMENT ON TABLE totp_factors IS 'Authenticator apps';
COMMENT ON COLUMN totp_factors.organisation IS 'Organisation';
COMMENT ON COLUMN totp_factors.person IS 'Whose it is';
COMMENT ON COLUMN totp_factors.secret_sealed IS 'TOTP secret, AES-256-GCM under the platform key; null before the first code was shown (personal: to check codes; until the person removes it)';
COMMENT ON COLUMN totp_factors.new_secret_sealed IS 'TOTP secret of which no code was shown yet, AES-256-GCM under the platform key (personal: to check codes; until a code was shown or the person begins anew)';
COMMENT ON COLUMN totp_factors.new_expires IS 'Until when the new secret waits for a code';
COMMENT ON COLUMN totp_factors.last_step IS 'Newest time step of which a code was accepted; none is accepted twice';
COMMENT ON COLUMN totp_factors.failures IS 'Wrong codes since the last right one; from 100 on the app is not asked any more';
COMMENT ON COLUMN totp_factors.created IS 'When its first code was shown';

CREATE TABLE passkeys (
  organisation uuid NOT NULL,
  id uuid NOT NULL,
  person uuid NOT NULL,
  credential text NOT NULL,
  public_key bytea NOT NULL,
  counter bigint NOT NULL,
  transports jsonb NOT NULL,
  host text NOT NULL,
  name_sealed bytea NOT NULL,
  created timestamptz(3) NOT NULL,
  last_used timestamptz(3),
  PRIMARY KEY (organisation, id),
  UNIQUE (organisation, credential),
  FOREIGN KEY (organisation, person) REFERENCES people ON DELETE CASCADE
);
CREATE INDEX passkeys_by_person ON passkeys (organisation, person);
COMMENT ON TABLE passkeys IS 'Passkeys: public halves of keys in people''s authenticators';
COMMENT ON COLUMN passkeys.organisation IS 'Organisation';
COMMENT ON COLUMN passkeys.id IS 'Passkey';
COMMENT ON COLUMN passkeys.person IS 'Whose it is';
COMMENT ON COLUMN passkeys.credential IS 'Credential id, drawn by the authenticator';
COMMENT ON COLUMN passkeys.public_key IS 'Public key (COSE)';
COMMENT ON COLUMN passkeys.counter IS 'Signature counter of the authenticator at the last use; 0 where it does not count';
COMMENT ON COLUMN passkeys.transports IS 'How the browser reaches the authenticator';
COMMENT ON COLUMN passkeys.host IS 'Name of this server that it is bound to (relying party id)';
COMMENT ON COLUMN passkeys.name_sealed IS 'What the person calls it, AES-256-GCM under the platform key (personal: to tell one''s passkeys apart; until the person removes it)';
COMMENT ON COLUMN passkeys.created IS 'When it was added';
COMMENT ON COLUMN passkeys.last_used IS 'Last use';

CREATE TABLE recovery_codes (
  organisation uuid NOT NULL,
  person uuid NOT NULL,
  hash bytea NOT NULL,
  used timestamptz(3),
  PRIMARY KEY (organisation, person, hash),
  FOREIGN KEY (organisation, person) REFERENCES people ON DELETE CASCADE
);
COMMENT ON TABLE recovery_codes IS 'Single-use codes for who has lost their other factors';
COMMENT ON COLUMN recovery_codes.organisation IS 'Organisation';
COMMENT ON COLUMN recovery_codes.person IS 'Whose it is';
COMMENT ON COLUMN recovery_codes.hash IS 'HMAC-SHA-256 of the 80-bit code under the platform key';
COMMENT ON COLUMN recovery_codes.used IS 'When it was used';

CREATE TABLE pending_sign_ins (
  organisation uuid NOT NULL,
  id uuid NOT NULL,
  person uuid NOT NULL,
  hash bytea NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  challenge text,
  expires timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, id),
  UNIQUE (organisation, hash),
  FOREIGN KEY (organisation, person) REFERENCES people ON DELETE CASCADE
);
COMMENT ON TABLE pending_sign_ins IS 'Sign-ins with a right password that wait for the second factor';
COMMENT ON COLUMN pending_sign_ins.organisation IS 'Organisation';
COMMENT ON COLUMN pending_sign_ins.id IS 'Pending sign-in';
COMMENT ON COLUMN pending_sign_ins.person IS 'Whose account it is';
COMMENT ON COLUMN pending_sign_ins.hash IS 'SHA-256 of the 256-bit secret that the client holds meanwhile';
COMMENT ON COLUMN pending_sign_ins.attempts IS 'Factors shown so far, at most five';
COMMENT ON COLUMN pending_sign_ins.challenge IS 'Challenge for a passkey; null when there is none, or it was used';
COMMENT ON COLUMN pending_sign_ins.expires IS 'When it ends, 5 minutes later';

CREATE TABLE passkey_challenges (
  organisation uuid NOT NULL,
  session uuid NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('add', 'step-up')),
  challenge text NOT NULL,
  expires timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, session, purpose),
  FOREIGN KEY (organisation, session) REFERENCES sessions ON DELETE CASCADE
);
COMMENT ON TABLE passkey_challenges IS 'Challenges for authenticators, each for one session and one use';
COMMENT ON COLUMN passkey_challenges.organisation IS 'Organisation';
COMMENT ON COLUMN passkey_challenges.session IS 'Session that asked for it';
COMMENT ON COLUMN passkey_challenges.purpose IS 'To add a passkey, or to step up';
COMMENT ON COLUMN passkey_challenges.challenge IS 'Random bytes to be signed';
COMMENT ON COLUMN passkey_challenges.expires IS 'When it ends, 5 minutes later';

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'security_policies', 'totp_factors', 'passkeys', 'recovery_codes', 'pending_sign_ins', 'passkey_challenges'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY tenant ON %I USING (organisation = current_organisation()) WITH CHECK (organisation = current_organisation())',
      name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO keyhold_app', name);
  END LOOP;
END $$;

-- Whether a person has a second factor. Recovery codes alone are none. Runs as the caller, under the tenant's policy.
CREATE FUNCTION has_factor(wanted uuid) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN EXISTS (SELECT 1 FROM totp_factors t WHERE t.organisation = current_organisation() AND t.person = wanted AND t.secret_sealed IS NOT NULL)
    OR EXISTS (SELECT 1 FROM passkeys k WHERE k.organisation = current_organisation() AND k.person = wanted);
GRANT EXECUTE ON FUNCTION has_factor(uuid) TO keyhold_app;
