-- Invitations, and an owner for every organisation at any time.

CREATE TABLE invitations (
  organisation uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  hash bytea NOT NULL,
  email_sealed bytea NOT NULL,
  email_lookup bytea NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'analyst', 'viewer', 'auditor', 'approver')),
  invited_by uuid NOT NULL,
  created timestamptz(3) NOT NULL,
  expires timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, id),
  UNIQUE (organisation, hash),
  UNIQUE (organisation, email_lookup)
);
COMMENT ON TABLE invitations IS 'Invitations that were neither accepted nor revoked';
COMMENT ON COLUMN invitations.organisation IS 'Organisation';
COMMENT ON COLUMN invitations.id IS 'Invitation';
COMMENT ON COLUMN invitations.hash IS 'SHA-256 of the 256-bit secret in the link';
COMMENT ON COLUMN invitations.email_sealed IS 'Invited e-mail address, AES-256-GCM under the platform key (personal: to invite somebody; until it is accepted or revoked, 37 days at most)';
COMMENT ON COLUMN invitations.email_lookup IS 'HMAC-SHA-256 of the lower-case address under the platform key, which the accepting person must name';
COMMENT ON COLUMN invitations.role IS 'What the person may do once it is accepted';
COMMENT ON COLUMN invitations.invited_by IS 'Person who invited';
COMMENT ON COLUMN invitations.created IS 'When it was made';
COMMENT ON COLUMN invitations.expires IS 'When it ends by itself';

ALTER TABLE invitations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON invitations USING (organisation = current_organisation())
  WITH CHECK (organisation = current_organisation());
GRANT SELECT, INSERT, UPDATE, DELETE ON invitations TO keyhold_app;

-- An organisation without an owner could not be mended by anyone in it. The program locks before it looks; this catches
-- whatever forgets to. Checked at the commit, so that ownership can be handed over.
CREATE FUNCTION refuse_ownerless() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM people p WHERE p.organisation = OLD.organisation AND p.role = 'owner')
    AND EXISTS (SELECT 1 FROM organisations o WHERE o.id = OLD.organisation AND o.state = 'active')
  THEN
    RAISE EXCEPTION 'an active organisation keeps at least one owner';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER keep_an_owner AFTER UPDATE OF role OR DELETE ON people
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.role = 'owner') EXECUTE FUNCTION refuse_ownerless();
