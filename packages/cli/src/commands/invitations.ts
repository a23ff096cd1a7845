/** Invitations that are open, and sessions of other members. */
import type { Invitation } from '@keyhold/contract'
import { writeJson, writeLine, type Command } from '../command.ts'
import { CliError } from '../errors.ts'
import { renderGrid } from '../output/grid.ts'
import { withSession, type Session } from '../session/session.ts'
import { proofOptions, takeProofs } from './ask.ts'
import { findPerson } from './members.ts'
import { takeWords } from './positionals.ts'

export const membersInvitations: Command = {
  name: 'members invitations',
  usage: 'members invitations',
  summary: 'Invitations that nobody accepted yet',
  options: {},
  async run(context, args) {
    takeWords(args, 0, 0, this.usage)
    await withSession(context, async ({ api }) => {
      const { invitations } = await api.call('listInvitations', {})
      if (context.json) return writeJson(context.out, { invitations })
      if (invitations.length === 0)
        return writeLine(context.out, 'No open invitations. Make one: keyhold members invite E-MAIL ROLE')
      const now = context.clock.now()
      const rows = invitations.map(({ id, email, role, expires }) => [
        id,
        email,
        role,
        `${Date.parse(expires) <= now ? 'ended' : 'until'} ${expires.slice(0, 10)}`,
      ])
      await context.out.write(renderGrid(['id', 'e-mail', 'role', 'state'], rows, context.out))
    })
  },
}

export const membersWithdraw: Command = {
  name: 'members withdraw',
  usage: 'members withdraw E-MAIL|ID',
  summary: 'Withdraw an invitation: its link works no more',
  options: {},
  async run(context, args) {
    const [named = ''] = takeWords(args, 1, 1, this.usage)
    await withSession(context, async (session) => {
      const withdrawn = await findInvitations(session, named)
      for (const { id: invitation } of withdrawn) {
        await session.api.call('revokeInvitation', { params: { invitation } })
      }
      if (context.json) return writeJson(context.out, { withdrawn: withdrawn.map(({ id }) => id) })
      for (const { id, email } of withdrawn) {
        await writeLine(context.out, `Withdrew the invitation of ${email} (${id}).`)
      }
    })
  },
}

export const membersSignOut: Command = {
  name: 'members sign-out',
  usage: 'members sign-out E-MAIL|ID',
  summary: 'End all sessions of another member, of a lost laptop say; the account and its own tokens stay',
  options: proofOptions,
  async run(given, args) {
    const context = await takeProofs(given, args)
    const [named = ''] = takeWords(args, 1, 1, this.usage)
    await withSession(context, async (session) => {
      const { id: person, email } = await findPerson(session, named)
      await session.api.call('endMemberSessions', { params: { person } })
      if (context.json) return writeJson(context.out, { signedOut: person })
      await writeLine(context.out, `Ended all sessions of ${email}.`)
    })
  },
}

/** All of an address: whoever withdraws an invitation by address means that none of its links works. */
async function findInvitations({ api }: Session, named: string): Promise<readonly Invitation[]> {
  const { invitations } = await api.call('listInvitations', {})
  const found = invitations.filter(({ id, email }) => id === named || email.toLowerCase() === named.toLowerCase())
  if (found.length > 0) return found
  throw new CliError('invitation.unknown', 'there is no such invitation', 'look at: keyhold members invitations')
}
