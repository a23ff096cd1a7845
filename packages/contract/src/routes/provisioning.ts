import { Type, type Static } from 'typebox'
import { member, route } from '../route.ts'
import { Id, nullable, strict, Time, Title } from '../schema.ts'

/** A token with which an identity provider calls `/scim/v2`, and nothing else. */
export const ProvisioningToken = strict({
  id: Id,
  name: Title,
  created: Time,
  createdBy: Id,
  expires: Time,
  revoked: nullable(Time),
  /** To the minute. */
  lastUsed: nullable(Time),
})
export type ProvisioningToken = Static<typeof ProvisioningToken>

/** Somebody whose account an identity provider made. */
export const ProvisionedPerson = strict({
  id: Id,
  /** The token that made it. */
  by: Id,
  created: Time,
  suspended: nullable(Time),
})
export type ProvisionedPerson = Static<typeof ProvisionedPerson>

export const provisioningRoutes = {
  readProvisioning: route({
    operationId: 'readProvisioning',
    method: 'GET',
    path: '/v1/provisioning',
    summary: 'Provisioning tokens with their last calls, and whom they made accounts for',
    access: member('provisioning.manage', 'none'),
    audit: { action: 'provisioning.read', kind: 'read' },
    response: {
      status: 200,
      body: strict({ tokens: Type.Array(ProvisioningToken), people: Type.Array(ProvisionedPerson) }),
    },
  }),
  createProvisioningToken: route({
    operationId: 'createProvisioningToken',
    method: 'POST',
    path: '/v1/provisioning/tokens',
    summary: 'Makes a token for an identity provider; its secret is shown this once',
    access: member('provisioning.manage', 'none', { sudo: true }),
    audit: { action: 'provisioning.token_create', kind: 'change' },
    secretive: true,
    body: strict({ name: Title, expires: Time }),
    response: { status: 201, body: strict({ token: ProvisioningToken, secret: Type.String() }) },
  }),
  revokeProvisioningToken: route({
    operationId: 'revokeProvisioningToken',
    method: 'DELETE',
    path: '/v1/provisioning/tokens/:token',
    summary: 'Ends a provisioning token at once; the accounts that it made stay',
    access: member('provisioning.manage', 'none', { sudo: true }),
    audit: { action: 'provisioning.token_revoke', kind: 'change' },
    params: strict({ token: Id }),
    response: { status: 204 },
  }),
} as const
