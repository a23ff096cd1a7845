/** What this SCIM service says of itself: only what it does (RFC 7643 sections 5 to 7). */
import type { Handlers } from '../../platform/http/call.ts'
import { encode } from './encode.ts'
import { mostResults } from './list-resources.ts'
import type { JsonObject } from './read-body.ts'

type AboutHandlers = Handlers<'readScimConfig' | 'listScimResourceTypes' | 'listScimSchemas'>

const urn = 'urn:ietf:params:scim:schemas:core:2.0:'
const no = { supported: false }

const config = {
  schemas: [`${urn}ServiceProviderConfig`],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: mostResults },
  changePassword: no,
  sort: { supported: true },
  etag: { supported: true },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Provisioning token',
      description: 'A token from Settings → Provisioning, sent as Authorization: Bearer',
      primary: true,
    },
  ],
}

type Attribute = { readonly name: string; readonly description: string } & JsonObject
const attribute = (name: string, description: string, more: JsonObject = {}): Attribute => ({
  name,
  description,
  type: 'string',
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...more,
})
const fixed = { mutability: 'readOnly' }

const userAttributes = [
  attribute('userName', 'E-mail address', { required: true, uniqueness: 'server' }),
  attribute('displayName', 'What the person is called'),
  attribute('name', 'As displayName', {
    type: 'complex',
    subAttributes: [
      attribute('formatted', 'As displayName'),
      attribute('givenName', 'Part of the name where no whole one is sent', { returned: 'never' }),
      attribute('familyName', 'Part of the name where no whole one is sent', { returned: 'never' }),
    ],
  }),
  attribute('emails', 'The userName once more: another address for work is refused', {
    type: 'complex',
    multiValued: true,
    subAttributes: [
      attribute('value', 'E-mail address'),
      attribute('type', 'work'),
      attribute('primary', 'true', { type: 'boolean' }),
    ],
  }),
  attribute('active', 'Whether the person may do anything; false ends sessions and own tokens', { type: 'boolean' }),
  attribute('groups', 'Groups that provisioning made', {
    type: 'complex',
    multiValued: true,
    ...fixed,
    subAttributes: [attribute('value', 'Id', fixed), attribute('display', 'Name', fixed)],
  }),
]
const groupAttributes = [
  attribute('displayName', 'Name', { required: true, uniqueness: 'server' }),
  attribute('members', 'Users', {
    type: 'complex',
    multiValued: true,
    subAttributes: [attribute('value', 'Id of a user', { mutability: 'immutable' })],
  }),
]

const kinds = [
  { name: 'User', endpoint: '/Users', attributes: userAttributes },
  { name: 'Group', endpoint: '/Groups', attributes: groupAttributes },
]
const resourceTypes = kinds.map(({ name, endpoint }) => ({
  schemas: [`${urn}ResourceType`],
  id: name,
  name,
  endpoint,
  schema: `${urn}${name}`,
  schemaExtensions: [],
}))
const schemas = kinds.map(({ name, attributes }) => ({
  schemas: [`${urn}Schema`],
  id: `${urn}${name}`,
  name,
  attributes,
}))

const listAll = (resources: readonly JsonObject[]): JsonObject => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: resources.length,
  startIndex: 1,
  itemsPerPage: resources.length,
  Resources: resources,
})

export function createAboutHandlers(): AboutHandlers {
  return {
    readScimConfig: async () => encode(config),
    listScimResourceTypes: async () => encode(listAll(resourceTypes)),
    listScimSchemas: async () => encode(listAll(schemas)),
  }
}
