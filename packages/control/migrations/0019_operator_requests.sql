-- Dual control of operators: who names another one, or gives them a role, asks a second administrator. Names for their
-- passkeys. The length of the mail queue.

-- ---- passkeys ---------------------------------------------------------------------------------------------------------

ALTER TABLE operator_passkeys ADD COLUMN name_sealed bytea;
COMMENT ON COLUMN operator_passkeys.name_sealed IS 'What the operator calls it, AES-256-GCM under the platform key; null for one that has no name (personal: to recognise one''s passkeys; until it or the operator is removed)';

-- ---- requests ---------------------------------------------------------------------------------------------------------

ALTER TABLE operators ADD COLUMN removed_administrator timestamptz(3);
COMMENT ON COLUMN operators.removed_administrator IS 'When this operator last took administration from another one; null for never';

ALTER TABLE operator_invitations
  ADD COLUMN waiting boolean NOT NULL DEFAULT false,
  ADD COLUMN approved_by uuid REFERENCES operators ON DELETE CASCADE;
COMMENT ON COLUMN operator_invitations.waiting IS 'Whether a second administrator has yet to approve it; until then the link does not work';
COMMENT ON COLUMN operator_invitations.approved_by IS 'Operator who approved it; null where none was asked';
GRANT SELECT (waiting, approved_by) ON operator_invitations TO keyhold_app;
-- Of an invitation only its end, and whether it waits, may change: not who is invited, nor with which roles.
REVOKE UPDATE ON operator_invitations FROM keyhold_app;
GRANT UPDATE (waiting, approved_by, expires) ON operator_invitations TO keyhold_app;

CREATE TABLE operator_requests (
  id uuid PRIMARY KEY,
  asked_by uuid NOT NULL REFERENCES operators ON DELETE CASCADE,
  invitation uuid UNIQUE REFERENCES operator_invitations ON DELETE CASCADE,
  operator uuid REFERENCES operators ON DELETE CASCADE,
  roles jsonb NOT NULL CHECK (jsonb_array_length(roles) > 0 AND roles <@ '["monitoring", "administration", "upgrade", "recovery"]'),
  created timestamptz(3) NOT NULL,
  expires timestamptz(3) NOT NULL,
  CHECK ((invitation IS NULL) <> (operator IS NULL))
);
COMMENT ON TABLE operator_requests IS 'What an operator of administration asked for, and another one has yet to approve';
COMMENT ON COLUMN operator_requests.id IS 'Request';
COMMENT ON COLUMN operator_requests.asked_by IS 'Operator who asked';
COMMENT ON COLUMN operator_requests.invitation IS 'Invitation that is to work; null for a change of roles';
COMMENT ON COLUMN operator_requests.operator IS 'Operator whose roles are to change; null for an invitation';
COMMENT ON COLUMN operator_requests.roles IS 'Roles that the operator is to have';
COMMENT ON COLUMN operator_requests.created IS 'When it was asked';
COMMENT ON COLUMN operator_requests.expires IS 'When it ends unapproved, a day later';
CREATE INDEX operator_requests_by_operator ON operator_requests (operator);
CREATE INDEX operator_requests_by_asker ON operator_requests (asked_by);
ALTER TABLE operator_requests ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY installation ON operator_requests
  USING (current_organisation() = '00000000-0000-7000-8000-000000000000'::uuid)
  WITH CHECK (current_organisation() = '00000000-0000-7000-8000-000000000000'::uuid);
-- No UPDATE: what was asked is what is approved.
GRANT SELECT, INSERT, DELETE ON operator_requests TO keyhold_app;

-- ---- the mail queue, for operators: how many, since when ----------------------------------------------------------------

GRANT CREATE ON SCHEMA public TO keyhold_lookup;
GRANT SELECT (created) ON mails TO keyhold_lookup;
CREATE POLICY lookup ON mails FOR SELECT TO keyhold_lookup USING (true);
CREATE FUNCTION count_waiting_mails() RETURNS TABLE (waiting bigint, oldest timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $body$ SELECT count(*), min(m.created) FROM public.mails m WHERE public.is_installation() $body$;
REVOKE ALL ON FUNCTION count_waiting_mails() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_waiting_mails() TO keyhold_app;
ALTER FUNCTION count_waiting_mails() OWNER TO keyhold_lookup;
REVOKE CREATE ON SCHEMA public FROM keyhold_lookup;
