-- What the link and the object store keep besides.

ALTER TABLE enrolment_tokens ADD COLUMN data_plane uuid;
COMMENT ON COLUMN enrolment_tokens.data_plane IS 'Data plane that it enrolled, so that a repeated enrolment is answered alike';

ALTER TABLE objects ADD COLUMN garbage_since timestamptz(3);
COMMENT ON COLUMN objects.garbage_since IS 'When the last snapshot that named it was replaced; deleted after a grace period';
CREATE INDEX objects_to_sweep ON objects (organisation, state, created) WHERE state IN ('staged', 'garbage');
CREATE INDEX jobs_queued ON jobs (organisation, created) WHERE state = 'queued';
