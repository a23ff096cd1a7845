/**
 * SCIM 2.0 (RFC 7643, RFC 7644): what an identity provider calls. Bodies are SCIM's own JSON, read and checked by the
 * control plane's module `provisioning`; refusals are SCIM's error messages, with our code and remedy in `detail`.
 */
import { Type } from 'typebox'
import { provisioner, route } from '../route.ts'
import { Id, strict } from '../schema.ts'

/** Bodies may also come as `application/json`. */
export const scimMediaType = 'application/scim+json'

const scim = { bytes: scimMediaType } as const
const found = { status: 200, body: scim } as const
const made = { status: 201, body: scim } as const
const UserParams = strict({ user: Id })
const GroupParams = strict({ group: Id })
const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }))
const attributes = { attributes: text(1000), excludedAttributes: text(1000) }
/** Entra ID marks its newer dialect by a query that has no value. */
const dialect = { aadOptscim062020: text(10) }
const One = strict({ ...attributes, ...dialect })
const None = strict(dialect)
const List = strict({
  filter: text(1000),
  startIndex: Type.Optional(Type.Integer()),
  count: Type.Optional(Type.Integer()),
  sortBy: text(100),
  sortOrder: Type.Optional(Type.Enum(['ascending', 'descending'])),
  ...attributes,
  ...dialect,
})
const read = (action: string) => ({ action, kind: 'read' }) as const
const change = (action: string) => ({ action, kind: 'change' }) as const

const aboutRoutes = {
  readScimConfig: route({
    operationId: 'readScimConfig',
    method: 'GET',
    path: '/scim/v2/ServiceProviderConfig',
    summary: 'SCIM: what this service supports',
    access: provisioner,
    audit: read('provisioning.describe'),
    query: None,
    response: found,
  }),
  listScimResourceTypes: route({
    operationId: 'listScimResourceTypes',
    method: 'GET',
    path: '/scim/v2/ResourceTypes',
    summary: 'SCIM: users and groups',
    access: provisioner,
    audit: read('provisioning.describe'),
    query: None,
    response: found,
  }),
  listScimSchemas: route({
    operationId: 'listScimSchemas',
    method: 'GET',
    path: '/scim/v2/Schemas',
    summary: 'SCIM: the attributes of users and groups',
    access: provisioner,
    audit: read('provisioning.describe'),
    query: None,
    response: found,
  }),
}

const userRoutes = {
  listScimUsers: route({
    operationId: 'listScimUsers',
    method: 'GET',
    path: '/scim/v2/Users',
    summary: 'SCIM: members, filtered, sorted and by pages of at most 200',
    access: provisioner,
    audit: read('provisioning.user_list'),
    query: List,
    response: found,
  }),
  readScimUser: route({
    operationId: 'readScimUser',
    method: 'GET',
    path: '/scim/v2/Users/:user',
    summary: 'SCIM: one member',
    access: provisioner,
    audit: read('provisioning.user_read'),
    params: UserParams,
    query: One,
    response: found,
  }),
  createScimUser: route({
    operationId: 'createScimUser',
    method: 'POST',
    path: '/scim/v2/Users',
    summary: 'SCIM: makes an account without a password, as viewer',
    access: provisioner,
    audit: change('provisioning.user_create'),
    query: None,
    body: scim,
    response: made,
  }),
  replaceScimUser: route({
    operationId: 'replaceScimUser',
    method: 'PUT',
    path: '/scim/v2/Users/:user',
    summary: 'SCIM: changes a member; not active ends sessions and own tokens at once',
    access: provisioner,
    audit: change('provisioning.user_change'),
    params: UserParams,
    query: None,
    body: scim,
    response: found,
  }),
  patchScimUser: route({
    operationId: 'patchScimUser',
    method: 'PATCH',
    path: '/scim/v2/Users/:user',
    summary: 'SCIM: changes some attributes of a member',
    access: provisioner,
    audit: change('provisioning.user_change'),
    params: UserParams,
    query: None,
    body: scim,
    response: found,
  }),
  deleteScimUser: route({
    operationId: 'deleteScimUser',
    method: 'DELETE',
    path: '/scim/v2/Users/:user',
    summary: 'SCIM: ends an account, its sessions and own tokens at once',
    access: provisioner,
    audit: change('provisioning.user_delete'),
    params: UserParams,
    query: None,
    response: { status: 204 },
  }),
}

const groupRoutes = {
  listScimGroups: route({
    operationId: 'listScimGroups',
    method: 'GET',
    path: '/scim/v2/Groups',
    summary: 'SCIM: groups that provisioning made',
    access: provisioner,
    audit: read('provisioning.group_list'),
    query: List,
    response: found,
  }),
  readScimGroup: route({
    operationId: 'readScimGroup',
    method: 'GET',
    path: '/scim/v2/Groups/:group',
    summary: 'SCIM: one group',
    access: provisioner,
    audit: read('provisioning.group_read'),
    params: GroupParams,
    query: One,
    response: found,
  }),
  createScimGroup: route({
    operationId: 'createScimGroup',
    method: 'POST',
    path: '/scim/v2/Groups',
    summary: 'SCIM: makes a group, which gives no role until the organisation chooses one',
    access: provisioner,
    audit: change('provisioning.group_create'),
    query: None,
    body: scim,
    response: made,
  }),
  replaceScimGroup: route({
    operationId: 'replaceScimGroup',
    method: 'PUT',
    path: '/scim/v2/Groups/:group',
    summary: 'SCIM: changes a group’s name and members',
    access: provisioner,
    audit: change('provisioning.group_change'),
    params: GroupParams,
    query: None,
    body: scim,
    response: found,
  }),
  patchScimGroup: route({
    operationId: 'patchScimGroup',
    method: 'PATCH',
    path: '/scim/v2/Groups/:group',
    summary: 'SCIM: adds and removes members of a group, or changes its name',
    access: provisioner,
    audit: change('provisioning.group_change'),
    params: GroupParams,
    query: None,
    body: scim,
    response: found,
  }),
  deleteScimGroup: route({
    operationId: 'deleteScimGroup',
    method: 'DELETE',
    path: '/scim/v2/Groups/:group',
    summary: 'SCIM: deletes a group',
    access: provisioner,
    audit: change('provisioning.group_delete'),
    params: GroupParams,
    query: None,
    response: { status: 204 },
  }),
}

const searchRoutes = {
  searchScim: route({
    operationId: 'searchScim',
    method: 'POST',
    path: '/scim/v2/.search',
    summary: 'SCIM: members and groups that provisioning made, with the filter in the body',
    access: provisioner,
    audit: read('provisioning.search'),
    query: None,
    body: scim,
    response: found,
  }),
  searchScimUsers: route({
    operationId: 'searchScimUsers',
    method: 'POST',
    path: '/scim/v2/Users/.search',
    summary: 'SCIM: members, with the filter in the body',
    access: provisioner,
    audit: read('provisioning.user_list'),
    query: None,
    body: scim,
    response: found,
  }),
  searchScimGroups: route({
    operationId: 'searchScimGroups',
    method: 'POST',
    path: '/scim/v2/Groups/.search',
    summary: 'SCIM: groups that provisioning made, with the filter in the body',
    access: provisioner,
    audit: read('provisioning.group_list'),
    query: None,
    body: scim,
    response: found,
  }),
}

export const scimRoutes = { ...aboutRoutes, ...searchRoutes, ...userRoutes, ...groupRoutes } as const
