/** An operator's own passkeys: more than one, so that a lost one is no lost operator. */
import { Type, type Static } from 'typebox'
import { operator, route } from '../route.ts'
import { Id, nullable, strict, Time, Title } from '../schema.ts'
import { PasskeyCreation, PasskeyMade } from './factors.ts'
import { Challenge } from './operators.ts'

export const OperatorPasskey = strict({
  id: Id,
  /** Null for one that was never given a name, as at enrolment. */
  name: nullable(Title),
  /** Name of this server under which it works. */
  host: Type.String(),
  created: Time,
  lastUsed: nullable(Time),
})
export type OperatorPasskey = Static<typeof OperatorPasskey>

const ofPasskey = strict({ passkey: Id })
const own = operator('self.use', { sudo: true })

export const operatorPasskeyRoutes = {
  listOperatorPasskeys: route({
    operationId: 'listOperatorPasskeys',
    method: 'GET',
    path: '/v1/operators/passkeys',
    summary: 'The operator’s own passkeys',
    access: operator('self.use'),
    audit: { action: 'operator.list_passkeys', kind: 'read' },
    response: { status: 200, body: strict({ passkeys: Type.Array(OperatorPasskey) }) },
  }),
  beginOperatorPasskey: route({
    operationId: 'beginOperatorPasskey',
    method: 'POST',
    path: '/v1/operators/passkeys/begin',
    summary: 'A challenge for a further passkey of the operator’s own',
    access: own,
    audit: { action: 'operator.passkey_begin', kind: 'change' },
    secretive: true,
    response: { status: 201, body: PasskeyCreation },
  }),
  addOperatorPasskey: route({
    operationId: 'addOperatorPasskey',
    method: 'POST',
    path: '/v1/operators/passkeys',
    summary: 'Adds the passkey that answered; it signs in like the first',
    access: own,
    audit: { action: 'operator.add_passkey', kind: 'change' },
    secretive: true,
    body: strict({ name: Title, challenge: Challenge, answer: PasskeyMade }),
    response: { status: 201, body: OperatorPasskey },
  }),
  renameOperatorPasskey: route({
    operationId: 'renameOperatorPasskey',
    method: 'PATCH',
    path: '/v1/operators/passkeys/:passkey',
    summary: 'Gives one of the operator’s own passkeys a name',
    access: operator('self.use'),
    audit: { action: 'operator.rename_passkey', kind: 'change' },
    params: ofPasskey,
    body: strict({ name: Title }),
    response: { status: 200, body: strict({ name: Title }) },
  }),
  removeOperatorPasskey: route({
    operationId: 'removeOperatorPasskey',
    method: 'DELETE',
    path: '/v1/operators/passkeys/:passkey',
    summary: 'Removes one of the operator’s own passkeys, never the last; their other sessions end',
    access: own,
    audit: { action: 'operator.remove_passkey', kind: 'change' },
    params: ofPasskey,
    response: { status: 204 },
  }),
} as const
