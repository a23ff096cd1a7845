/** The API's operations on members and invitations. */
import type { Transaction } from '../../platform/database/transaction.ts'
import type { ChangeCall, Handlers, ReadCall } from '../../platform/http/call.ts'
import { formatSessionCookie, handOver, refuseOtherSites } from '../../platform/http/credentials.ts'
import { acceptInvitation } from './accept-invitation.ts'
import { createLimitedAttempts } from './attempts.ts'
import { changeRole, endMemberSessions, leaveOrganisation, removeMember, transferOwnership } from './change-members.ts'
import { describeAgent } from './describe-agent.ts'
import { deleteInvitation, listInvitationRows } from './invitation-store.ts'
import { describeInvitation, inviteMember, type Invited } from './invite-member.ts'
import { failMember } from './member-errors.ts'
import type { PasswordHasher } from './password-hash.ts'
import type { PeopleSetting } from './setting.ts'
import { requirePerson } from './standing.ts'
import { writeInvitation } from './write-invitation.ts'

type MemberOperation =
  | 'inviteMember'
  | 'listInvitations'
  | 'revokeInvitation'
  | 'acceptInvitation'
  | 'changeRole'
  | 'removeMember'
  | 'endMemberSessions'
  | 'leaveOrganisation'
  | 'transferOwnership'
export type MemberHandlers = Handlers<MemberOperation>

export function createMemberHandlers(setting: PeopleSetting, hasher: PasswordHasher): MemberHandlers {
  return {
    ...createInvitationHandlers(setting),
    ...createChangeHandlers(setting),
    ...createAcceptHandler(setting, hasher),
  }
}

function createInvitationHandlers(
  setting: PeopleSetting,
): Handlers<'inviteMember' | 'listInvitations' | 'revokeInvitation'> {
  return {
    async inviteMember(call) {
      const caller = requirePerson(call.principal)
      const invited: Invited = await call.commit(async (tx) => {
        const made = await inviteMember(setting, tx, caller, call.body)
        call.note({ object: { kind: 'invitation', id: made.invitation.id }, details: { role: call.body.role } })
        await mailInvitation(setting, tx, call, made)
        return made
      })
      return invited
    },
    async listInvitations({ organisation }: ReadCall<'listInvitations'>) {
      const stored = await setting.database.readTenant({ organisation }, listInvitationRows)
      return { invitations: stored.map((invitation) => describeInvitation(setting, invitation)) }
    },
    async revokeInvitation(call) {
      const id = call.params.invitation
      call.note({ object: { kind: 'invitation', id } })
      return call.commit(async (tx) => {
        if (!(await deleteInvitation(tx, id))) throw failMember('invitation.unknown')
        return undefined
      })
    },
  }
}

/** Whether the mail goes out decides nothing, and is not waited for: the inviter has the link too. */
async function mailInvitation(
  setting: PeopleSetting,
  tx: Transaction,
  { organisation, request }: ChangeCall<'inviteMember'>,
  invited: Invited,
): Promise<void> {
  const name = await setting.readOrganisationName(tx, organisation)
  const server = `https://${request.headers.host ?? ''}`
  const mail = writeInvitation({ ...invited, organisation, organisationName: name ?? '', server })
  await setting.queueMail(tx, organisation, mail)
}

function createAcceptHandler(setting: PeopleSetting, hasher: PasswordHasher): Handlers<'acceptInvitation'> {
  const attempts = createLimitedAttempts(() => setting.now().getTime())
  return {
    async acceptInvitation(call) {
      const { organisation, browser = false } = call.body
      if (browser) refuseOtherSites(call.request)
      const program = describeAgent(call.request.headers['user-agent'])
      const acceptance = { ...call.body, address: call.address, program }
      const add = await acceptInvitation(setting, { hasher, attempts }, acceptance, (invitation) => {
        call.enter(organisation)
        call.note({ object: { kind: 'invitation', id: invitation } })
      })
      return call.commit(async (tx) => {
        const { person, session } = await add(tx)
        call.note({ actor: { kind: 'person', id: person } })
        return { organisation, person, session: handOver(call.reply, browser, session) }
      })
    },
  }
}

function createChangeHandlers(
  setting: PeopleSetting,
): Handlers<'changeRole' | 'removeMember' | 'endMemberSessions' | 'leaveOrganisation' | 'transferOwnership'> {
  return {
    async changeRole(call) {
      const { person } = call.params
      const { role } = call.body
      call.note({ object: { kind: 'person', id: person }, details: { role } })
      return call.commit(async (tx) => ({
        person: await changeRole(setting, tx, requirePerson(call.principal), { person, role }),
      }))
    },
    async removeMember(call) {
      const { person } = call.params
      call.note({ object: { kind: 'person', id: person } })
      return call.commit(async (tx) => {
        const endMade = call.query.tokens === 'end' ? { source: call.address } : null
        const ended = await removeMember(setting, tx, requirePerson(call.principal), { person, endMade })
        if (endMade !== null) call.note({ details: { tokens: ended } })
        return undefined
      })
    },
    async endMemberSessions(call) {
      const { person } = call.params
      call.note({ object: { kind: 'person', id: person } })
      return call.commit(async (tx) => {
        await endMemberSessions(setting, tx, requirePerson(call.principal), person)
        return undefined
      })
    },
    async leaveOrganisation(call) {
      const caller = requirePerson(call.principal)
      call.note({ object: { kind: 'person', id: caller.id } })
      await call.commit(async (tx) => {
        await leaveOrganisation(setting, tx, caller)
        return undefined
      })
      if (caller.cookie) call.reply.header('set-cookie', formatSessionCookie('', new Date(0).toISOString()))
      return undefined
    },
    async transferOwnership(call) {
      const { person } = call.params
      call.note({ object: { kind: 'person', id: person } })
      return call.commit(async (tx) => ({
        person: await transferOwnership(setting, tx, requirePerson(call.principal), person),
      }))
    },
  }
}
