-- Mails that wait: queued with what they tell of, kept until they are sent.

CREATE TABLE mails (
  organisation uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  sealed bytea NOT NULL,
  created timestamptz(3) NOT NULL,
  taken_until timestamptz(3) NOT NULL,
  PRIMARY KEY (organisation, id)
);
COMMENT ON TABLE mails IS 'Mails to people that are not sent yet';
COMMENT ON COLUMN mails.organisation IS 'Organisation';
COMMENT ON COLUMN mails.id IS 'Mail';
COMMENT ON COLUMN mails.sealed IS 'Address, subject and text, AES-256-GCM under the platform key (personal: to reach the person; until it is sent, 24 hours at most)';
COMMENT ON COLUMN mails.created IS 'When it was written';
COMMENT ON COLUMN mails.taken_until IS 'Until when one server has it in hand; afterwards another takes it';
ALTER TABLE mails ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON mails USING (organisation = current_organisation())
  WITH CHECK (organisation = current_organisation());
GRANT SELECT, INSERT, UPDATE, DELETE ON mails TO keyhold_app;
