-- Upserts, and what a data plane reports of a load.

ALTER TABLE uploads DROP CONSTRAINT uploads_mode_check;
ALTER TABLE uploads ADD CONSTRAINT uploads_mode_check CHECK (mode IN ('replace', 'append', 'upsert'));
COMMENT ON COLUMN uploads.mode IS 'replace, append or upsert';

ALTER TABLE jobs ADD COLUMN report bytea;
COMMENT ON COLUMN jobs.report IS 'Sealed: what was found out about the file; only the data plane can open it';
