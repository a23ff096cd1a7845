-- Members have roles; what each may do is a table in the contract.

ALTER TABLE people DROP CONSTRAINT people_role_check;
ALTER TABLE people ADD CONSTRAINT people_role_check
  CHECK (role IN ('owner', 'admin', 'analyst', 'viewer', 'auditor', 'approver'));
