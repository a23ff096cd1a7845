/** Operators: those who run the installation. Their own sign-in, by passkey alone; their sessions; who they are. */
import { Type, type Static } from 'typebox'
import { operatorRoles as roles } from '../operator-permissions.ts'
import { anyone, operator, route } from '../route.ts'
import { Id, nullable, strict, Time, Title } from '../schema.ts'
import { bytes, OpenSession, PasskeyCreation, PasskeyMade, PasskeyRequest, PasskeyUsed } from './factors.ts'

const Role = Type.Enum([...roles])
export const OperatorRoles = Type.Array(Role, { minItems: 1, maxItems: roles.length, uniqueItems: true })
/** The server's own: sealed with its time and what it is for, so that nothing is kept before it is used. */
export const Challenge = bytes(200)
const LinkSecret = Type.String({ minLength: 1, maxLength: 100 })

export const OperatorSelf = strict({ id: Id, name: Title, roles: OperatorRoles, expires: Time })
export type OperatorSelf = Static<typeof OperatorSelf>

export const Operator = strict({
  id: Id,
  name: Title,
  roles: OperatorRoles,
  created: Time,
  /** Last sign-in. */
  lastUsed: nullable(Time),
})
export type Operator = Static<typeof Operator>

const Invitation = strict({ id: Id, name: Title, roles: OperatorRoles, created: Time, expires: Time })

/** What waits for a second operator of administration. */
export const OperatorRequest = strict({
  id: Id,
  /** Who asked. */
  askedBy: Id,
  /** Whose roles are to change; null when somebody is to be invited. */
  operator: nullable(Id),
  /** Of who is to be invited, or whose roles are to change. */
  name: Title,
  /** That they are to have. */
  roles: OperatorRoles,
  created: Time,
  expires: Time,
})
export type OperatorRequest = Static<typeof OperatorRequest>

const enteringRoutes = {
  readOperatorChallenge: route({
    operationId: 'readOperatorChallenge',
    method: 'GET',
    path: '/v1/operators/challenge',
    summary: 'A challenge for an operator’s passkey: once, for five minutes. Names nobody, and nothing is kept',
    access: anyone,
    audit: { action: 'operator.challenge', kind: 'none' },
    response: { status: 200, body: PasskeyRequest },
  }),
  signInOperator: route({
    operationId: 'signInOperator',
    method: 'POST',
    path: '/v1/operators/sessions',
    summary: 'Signs an operator in by passkey; the session is a cookie of its own',
    access: anyone,
    audit: { action: 'operator.sign_in', kind: 'change' },
    secretive: true,
    body: strict({ challenge: Challenge, answer: PasskeyUsed }),
    response: { status: 201, body: OperatorSelf },
  }),
  beginOperatorEnrolment: route({
    operationId: 'beginOperatorEnrolment',
    method: 'POST',
    path: '/v1/operators/enrolment/begin',
    summary: 'What an enrolment link is for, and a challenge for the new passkey',
    access: anyone,
    audit: { action: 'operator.enrol_begin', kind: 'change' },
    secretive: true,
    body: strict({ secret: LinkSecret }),
    response: { status: 201, body: strict({ name: Title, roles: OperatorRoles, passkey: PasskeyCreation }) },
  }),
  enrolOperator: route({
    operationId: 'enrolOperator',
    method: 'POST',
    path: '/v1/operators/enrolment',
    summary: 'Makes the operator of an enrolment link, with a passkey, and signs them in',
    access: anyone,
    audit: { action: 'operator.enrol', kind: 'change' },
    secretive: true,
    body: strict({ secret: LinkSecret, challenge: Challenge, answer: PasskeyMade }),
    response: { status: 201, body: OperatorSelf },
  }),
} as const

const sessionRoutes = {
  readOperatorSelf: route({
    operationId: 'readOperatorSelf',
    method: 'GET',
    path: '/v1/operators/me',
    summary: 'Who is signed in as an operator, with which roles',
    access: operator('self.use'),
    audit: { action: 'operator.read_self', kind: 'read' },
    response: { status: 200, body: OperatorSelf },
  }),
  signOutOperator: route({
    operationId: 'signOutOperator',
    method: 'DELETE',
    path: '/v1/operators/sessions/current',
    summary: 'Ends the operator’s session',
    access: operator('self.use'),
    audit: { action: 'operator.sign_out', kind: 'change' },
    response: { status: 204 },
  }),
  listOperatorSessions: route({
    operationId: 'listOperatorSessions',
    method: 'GET',
    path: '/v1/operators/sessions',
    summary: 'The operator’s own open sessions',
    access: operator('self.use'),
    audit: { action: 'operator.list_sessions', kind: 'read' },
    response: { status: 200, body: strict({ sessions: Type.Array(OpenSession) }) },
  }),
  endOperatorSession: route({
    operationId: 'endOperatorSession',
    method: 'DELETE',
    path: '/v1/operators/sessions/:session',
    summary: 'Ends one of the operator’s own sessions',
    access: operator('self.use'),
    audit: { action: 'operator.end_session', kind: 'change' },
    params: strict({ session: Id }),
    response: { status: 204 },
  }),
  endOtherOperatorSessions: route({
    operationId: 'endOtherOperatorSessions',
    method: 'POST',
    path: '/v1/operators/sessions/end-others',
    summary: 'Ends all of the operator’s own sessions but this one',
    access: operator('self.use'),
    audit: { action: 'operator.end_other_sessions', kind: 'change' },
    response: { status: 200, body: strict({ ended: Type.Integer() }) },
  }),
  beginOperatorStepUp: route({
    operationId: 'beginOperatorStepUp',
    method: 'POST',
    path: '/v1/operators/step-up/begin',
    summary: 'A challenge by which the operator proves that it is still them',
    access: operator('self.use'),
    audit: { action: 'operator.step_up_begin', kind: 'change' },
    secretive: true,
    response: { status: 201, body: PasskeyRequest },
  }),
  stepUpOperator: route({
    operationId: 'stepUpOperator',
    method: 'POST',
    path: '/v1/operators/step-up',
    summary: 'Proves it by passkey: for ten minutes the session may do what is sensitive; its secret is new',
    access: operator('self.use'),
    audit: { action: 'operator.step_up', kind: 'change' },
    secretive: true,
    body: strict({ challenge: Challenge, answer: PasskeyUsed }),
    response: { status: 201, body: OperatorSelf },
  }),
} as const

const peopleRoutes = {
  listOperators: route({
    operationId: 'listOperators',
    method: 'GET',
    path: '/v1/operators/people',
    summary: 'The operators, invitations that are open, and what waits for a second administrator',
    access: operator('operator.read'),
    audit: { action: 'operator.list', kind: 'read' },
    response: {
      status: 200,
      body: strict({
        operators: Type.Array(Operator),
        invitations: Type.Array(Invitation),
        requests: Type.Array(OperatorRequest),
      }),
    },
  }),
  inviteOperator: route({
    operationId: 'inviteOperator',
    method: 'POST',
    path: '/v1/operators/invitations',
    summary:
      'Invites an operator; the secret of the link is answered once, works once, and for an hour: at once where there is one administrator, else once another one has approved',
    access: operator('operator.manage', { sudo: true }),
    audit: { action: 'operator.invite', kind: 'change' },
    secretive: true,
    body: strict({ name: Title, roles: OperatorRoles }),
    /** `request`: what another administrator has yet to approve before the link works; null when it works at once. */
    response: {
      status: 201,
      body: strict({ invitation: Invitation, request: nullable(OperatorRequest), secret: Type.String() }),
    },
  }),
  revokeOperatorInvitation: route({
    operationId: 'revokeOperatorInvitation',
    method: 'DELETE',
    path: '/v1/operators/invitations/:invitation',
    summary: 'Ends an operator’s invitation',
    access: operator('operator.manage', { sudo: true }),
    audit: { action: 'operator.revoke_invitation', kind: 'change' },
    params: strict({ invitation: Id }),
    response: { status: 204 },
  }),
  changeOperatorRoles: route({
    operationId: 'changeOperatorRoles',
    method: 'PUT',
    path: '/v1/operators/people/:operator/roles',
    summary:
      'Gives another operator other roles; nobody changes their own. A role more waits for another administrator, where there is one',
    access: operator('operator.manage', { sudo: true }),
    audit: { action: 'operator.change_roles', kind: 'change' },
    params: strict({ operator: Id }),
    body: strict({ roles: OperatorRoles }),
    /** `roles`: that they have now; `request`: what another administrator has yet to approve. */
    response: { status: 200, body: strict({ roles: OperatorRoles, request: nullable(OperatorRequest) }) },
  }),
  removeOperator: route({
    operationId: 'removeOperator',
    method: 'DELETE',
    path: '/v1/operators/people/:operator',
    summary: 'Removes an operator: passkeys and sessions end at once, the name is erased, the ledger keeps the id',
    access: operator('operator.manage', { sudo: true }),
    audit: { action: 'operator.remove', kind: 'change' },
    params: strict({ operator: Id }),
    response: { status: 204 },
  }),
} as const

export const operatorRoutes = { ...enteringRoutes, ...sessionRoutes, ...peopleRoutes } as const
