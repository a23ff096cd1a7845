-- What the web app needs: names of people, documents, deleted tables.

ALTER TABLE people ADD COLUMN name_sealed bytea;
COMMENT ON COLUMN people.name_sealed IS 'What the person wants to be called, AES-256-GCM under the platform key (personal)';

CREATE TABLE documents (
  organisation uuid NOT NULL,
  project uuid NOT NULL,
  id uuid NOT NULL,
  version bigint NOT NULL,
  head bytea NOT NULL,
  body bytea NOT NULL,
  digest text NOT NULL,
  created timestamptz(3) NOT NULL,
  updated timestamptz(3) NOT NULL,
  created_by uuid NOT NULL,
  updated_by uuid NOT NULL,
  PRIMARY KEY (organisation, project, id),
  FOREIGN KEY (organisation, project) REFERENCES projects
);
ALTER TABLE documents ALTER COLUMN body SET STORAGE EXTERNAL;
COMMENT ON TABLE documents IS 'Reports, dashboards and notes, sealed';
COMMENT ON COLUMN documents.organisation IS 'Organisation';
COMMENT ON COLUMN documents.project IS 'Project';
COMMENT ON COLUMN documents.id IS 'Document, drawn by the client';
COMMENT ON COLUMN documents.version IS 'Counts saves';
COMMENT ON COLUMN documents.head IS 'Sealed by the data plane, padded: kind and title; only the data plane can open it';
COMMENT ON COLUMN documents.body IS 'Sealed by the data plane, padded: the content; only the data plane can open it';
COMMENT ON COLUMN documents.digest IS 'SHA-256 of the sealed head, which holds the digest of the sealed body';
COMMENT ON COLUMN documents.created IS 'First save';
COMMENT ON COLUMN documents.updated IS 'Last save';
COMMENT ON COLUMN documents.created_by IS 'Person who saved it first';
COMMENT ON COLUMN documents.updated_by IS 'Person who saved it last';

ALTER TABLE documents ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON documents USING (organisation = current_organisation())
  WITH CHECK (organisation = current_organisation());
GRANT SELECT, INSERT, UPDATE, DELETE ON documents TO keyhold_app;

ALTER TABLE wrapped_keys DROP CONSTRAINT wrapped_keys_purpose_check;
ALTER TABLE wrapped_keys ADD CONSTRAINT wrapped_keys_purpose_check
  CHECK (purpose IN ('root-key', 'sealing-key', 'table-key', 'document-key'));

-- A deleted table keeps its row and its last manifest, so that data planes can see that it ended; its name is free.
ALTER TABLE tables ADD COLUMN deleted timestamptz(3);
COMMENT ON COLUMN tables.deleted IS 'When it was deleted; null while it is there';
ALTER TABLE tables DROP CONSTRAINT tables_organisation_bucket_name_key;
CREATE UNIQUE INDEX tables_by_name ON tables (organisation, bucket, name) WHERE deleted IS NULL;
