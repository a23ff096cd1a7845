/**
 * The contract between the planes and their clients: routes, signed statements, link frames, errors. Owns no behaviour
 * but a typed client; imports nothing of ours.
 */
export * from './audit-table.ts'
export * from './chart-spec.ts'
export * from './client.ts'
export * from './dashboard.ts'
export * from './import.ts'
export * from './link.ts'
export * from './operations/documents.ts'
export * from './operations/profile.ts'
export * from './operations/recovery.ts'
export * from './operations/table-delete.ts'
export * from './openapi.ts'
export * from './operator-permissions.ts'
export * from './permissions.ts'
export * from './problem.ts'
export * from './proof.ts'
export * from './question.ts'
export * from './roster-rules.ts'
export * from './route.ts'
export * from './routes.ts'
export * from './schema.ts'
export * from './statements.ts'
export { AddressList, AddressListKind } from './routes/addresses.ts'
export { HeldBytes, Job, JobState, OperatorSubject, Table, Upload } from './routes/catalogue.ts'
export { Person, SetupAnswer, Token } from './routes/account.ts'
export { noticeVersion, Privacy, usualRetentionDays } from './routes/personal.ts'
export { Group } from './routes/groups.ts'
export { ProvisionedPerson, ProvisioningToken } from './routes/provisioning.ts'
export { scimMediaType } from './routes/scim.ts'
export { Invitation } from './routes/members.ts'
export type { Operator, OperatorRequest, OperatorSelf } from './routes/operators.ts'
export type { OperatorPasskey } from './routes/operator-passkeys.ts'
export type { Maintenance, OperatedOrganisation } from './routes/installation.ts'
export type {
  FactorKind,
  OpenSession,
  PasskeyCreation,
  PasskeyMade,
  PasskeyRequest,
  PasskeyUsed,
  PendingSignIn,
  SecondProof,
  SecurityPolicy,
  StepUpProof,
} from './routes/factors.ts'
export { type IdentityProvider, type SignOnDomain, type SignOnPolicy } from './routes/single-sign-on.ts'
