import { Type, type Static } from 'typebox'
import { member, route } from '../route.ts'
import { Id, nullable, strict, Time } from '../schema.ts'

/** Whose calls a list is for: everyone's, those to a project, one token's, or the data planes' link. */
export const AddressListKind = Type.Union([
  Type.Literal('organisation'),
  Type.Literal('project'),
  Type.Literal('token'),
  Type.Literal('data_plane'),
])
export type AddressListKind = Static<typeof AddressListKind>

/** An address or a CIDR range of IPv4 or IPv6. */
const Range = Type.String({ minLength: 2, maxLength: 49 })
export const AddressRanges = Type.Array(Range, { maxItems: 200 })

export const AddressList = strict({
  kind: AddressListKind,
  /** The project or token; the organisation's own id for the other kinds. */
  subject: Id,
  /** In their one spelling; none: from everywhere. */
  ranges: AddressRanges,
  changed: nullable(Time),
})
export type AddressList = Static<typeof AddressList>

export const addressRoutes = {
  listAddresses: route({
    operationId: 'listAddresses',
    method: 'GET',
    path: '/v1/addresses',
    summary: 'From where calls are allowed: the lists that are not empty, and the caller’s present address',
    access: member('organisation.manage', 'none'),
    audit: { action: 'addresses.list', kind: 'read' },
    response: { status: 200, body: strict({ lists: Type.Array(AddressList), present: nullable(Type.String()) }) },
  }),
  setAddresses: route({
    operationId: 'setAddresses',
    method: 'PUT',
    path: '/v1/addresses/:kind/:subject',
    summary: 'Replaces a list of allowed addresses; at once also for sessions that are open and calls that wait',
    access: member('organisation.manage', 'none', { sudo: true }),
    audit: { action: 'addresses.set', kind: 'change' },
    params: strict({ kind: AddressListKind, subject: Id }),
    body: strict({
      ranges: AddressRanges,
      /** Set the list though it shuts out the caller’s present address, or a data plane that is linked now. */
      confirm: Type.Optional(Type.Boolean()),
    }),
    response: { status: 200, body: strict({ list: AddressList }) },
  }),
} as const
