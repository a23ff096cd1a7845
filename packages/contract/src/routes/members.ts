import { Type, type Static } from 'typebox'
import { roles } from '../permissions.ts'
import { anyone, member, route } from '../route.ts'
import { Id, nullable, strict, Time, Title } from '../schema.ts'
import { Email, Password, Person } from './account.ts'
import { Session } from './session.ts'

const RoleName = Type.Enum([...roles])
const PersonParams = strict({ person: Id })

/** An invitation that can still be accepted, or has run out; accepted and revoked ones are gone. */
export const Invitation = strict({
  id: Id,
  email: Email,
  role: RoleName,
  /** Who invited; may be a member no more. */
  invitedBy: Id,
  created: Time,
  expires: Time,
})
export type Invitation = Static<typeof Invitation>

export const memberRoutes = {
  inviteMember: route({
    operationId: 'inviteMember',
    method: 'POST',
    path: '/v1/invitations',
    summary: 'Invites somebody by e-mail; the secret of the link is in this answer and in the mail, and nowhere else',
    access: member('people.manage', 'none', { sudo: true }),
    audit: { action: 'invitation.create', kind: 'change' },
    body: strict({ email: Email, role: RoleName }),
    response: { status: 201, body: strict({ invitation: Invitation, secret: Type.String() }) },
  }),
  listInvitations: route({
    operationId: 'listInvitations',
    method: 'GET',
    path: '/v1/invitations',
    summary: 'Invitations that were neither accepted nor revoked',
    access: member('people.manage', 'none'),
    audit: { action: 'invitation.list', kind: 'read' },
    response: { status: 200, body: strict({ invitations: Type.Array(Invitation) }) },
  }),
  revokeInvitation: route({
    operationId: 'revokeInvitation',
    method: 'DELETE',
    path: '/v1/invitations/:invitation',
    summary: 'Ends an invitation: its link works no more',
    access: member('people.manage', 'none'),
    audit: { action: 'invitation.revoke', kind: 'change' },
    params: strict({ invitation: Id }),
    response: { status: 204 },
  }),
  acceptInvitation: route({
    operationId: 'acceptInvitation',
    method: 'POST',
    path: '/v1/invitations/accept',
    summary: 'Makes the account of an invitation, once, for whoever has its secret and names the invited address',
    access: anyone,
    audit: { action: 'invitation.accept', kind: 'change' },
    body: strict({
      organisation: Id,
      secret: Type.String({ maxLength: 100 }),
      email: Email,
      password: Password,
      /** What the person wants to be called. */
      personName: Type.Optional(Title),
      /** The session goes into a cookie of this browser, and is not in the answer. */
      browser: Type.Optional(Type.Boolean()),
    }),
    response: { status: 201, body: strict({ organisation: Id, person: Id, session: nullable(Session) }) },
  }),
  changeRole: route({
    operationId: 'changeRole',
    method: 'PUT',
    path: '/v1/people/:person/role',
    summary: 'Gives another member another role; only owners make owners or change theirs',
    access: member('people.manage', 'none', { sudo: true }),
    audit: { action: 'person.change_role', kind: 'change' },
    params: PersonParams,
    body: strict({ role: RoleName }),
    response: { status: 200, body: strict({ person: Person }) },
  }),
  removeMember: route({
    operationId: 'removeMember',
    method: 'DELETE',
    path: '/v1/people/:person',
    summary: 'Ends another member’s account and sessions at once; tokens of programs that they made stay, or end too',
    access: member('people.manage', 'none', { sudo: true }),
    audit: { action: 'person.remove', kind: 'change' },
    params: PersonParams,
    /** Tokens of programs that the member made: they are the organisation's, and stay unless it is said that they end. */
    query: strict({ tokens: Type.Optional(Type.Enum(['keep', 'end'])) }),
    response: { status: 204 },
  }),
  endMemberSessions: route({
    operationId: 'endMemberSessions',
    method: 'POST',
    path: '/v1/people/:person/sessions/end',
    summary: 'Ends all sessions of another member, and sign-ins that wait for a second factor; the account stays',
    access: member('people.manage', 'none', { sudo: true }),
    audit: { action: 'person.end_sessions', kind: 'change' },
    params: PersonParams,
    response: { status: 204 },
  }),
  leaveOrganisation: route({
    operationId: 'leaveOrganisation',
    method: 'DELETE',
    path: '/v1/me',
    summary: 'Ends the caller’s own account and sessions; the last owner cannot leave',
    access: member('self.use', 'none', { sudo: true }),
    audit: { action: 'person.leave', kind: 'change' },
    response: { status: 204 },
  }),
  transferOwnership: route({
    operationId: 'transferOwnership',
    method: 'POST',
    path: '/v1/people/:person/ownership',
    summary: 'Makes another member an owner and the caller an admin, in one step',
    access: member('ownership.transfer', 'none', { sudo: true }),
    audit: { action: 'person.transfer_ownership', kind: 'change' },
    params: PersonParams,
    response: { status: 200, body: strict({ person: Person }) },
  }),
} as const
