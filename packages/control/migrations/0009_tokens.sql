-- From where calls are allowed; tokens of people, their limits and successors.

CREATE TABLE address_lists (
  organisation uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('organisation', 'project', 'token', 'data_plane')),
  subject uuid NOT NULL,
  ranges_sealed bytea NOT NULL,
  changed timestamptz(3) NOT NULL,
  changed_by uuid NOT NULL,
  PRIMARY KEY (organisation, kind, subject)
);
COMMENT ON TABLE address_lists IS 'Network addresses from which calls are allowed; a list that is not here allows all';
COMMENT ON COLUMN address_lists.organisation IS 'Organisation';
COMMENT ON COLUMN address_lists.kind IS 'Whose calls: the organisation''s, a project''s, a token''s, the data planes''';
COMMENT ON COLUMN address_lists.subject IS 'The project or token; else the organisation';
COMMENT ON COLUMN address_lists.ranges_sealed IS 'The ranges, AES-256-GCM under the platform key (personal: from where people and programs may call; until the list is emptied)';
COMMENT ON COLUMN address_lists.changed IS 'When it was set';
COMMENT ON COLUMN address_lists.changed_by IS 'Person who set it';

ALTER TABLE address_lists ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON address_lists USING (organisation = current_organisation())
  WITH CHECK (organisation = current_organisation());
GRANT SELECT, INSERT, UPDATE, DELETE ON address_lists TO keyhold_app;

ALTER TABLE tokens DROP CONSTRAINT tokens_kind_check;
ALTER TABLE tokens ADD CONSTRAINT tokens_kind_check CHECK (kind IN ('svc', 'usr'));
ALTER TABLE tokens
  ADD COLUMN created_by uuid,
  ADD COLUMN person uuid,
  ADD COLUMN actions jsonb,
  ADD COLUMN replaces uuid,
  ADD COLUMN last_used_block_sealed bytea,
  ADD CONSTRAINT tokens_person_check CHECK ((kind = 'usr') = (person IS NOT NULL));
COMMENT ON COLUMN tokens.created_by IS 'Person who made it';
COMMENT ON COLUMN tokens.person IS 'The person whose own it is: it may do no more, and ends with the membership';
COMMENT ON COLUMN tokens.actions IS 'What it is for besides its scopes; null for all that they allow';
COMMENT ON COLUMN tokens.replaces IS 'The token that it took over from';
COMMENT ON COLUMN tokens.last_used_block_sealed IS 'Block of addresses of the last use, AES-256-GCM under the platform key (personal: to notice a use from elsewhere; as long as the token''s row)';
