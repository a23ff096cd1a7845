import { changeMemberRole, inviteMember, listMadeTokens, removeMember, type Device } from '@keyhold/client'
import { roles, type Person, type Role } from '@keyhold/contract'
import { usage } from '../arguments.ts'
import { writeJson, writeLine, type Command, type CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { renderGrid } from '../output/grid.ts'
import { withSession, type Session } from '../session/session.ts'
import { proofOptions, takeProofs } from './ask.ts'
import { takeWords } from './positionals.ts'

const roleHint = roles.join(', ')

export const membersList: Command = {
  name: 'members list',
  usage: 'members list',
  summary: 'Members of the organisation with their roles',
  options: {},
  async run(context) {
    await withSession(context, async ({ api }) => {
      const { people } = await api.call('listPeople', {})
      if (context.json) return writeJson(context.out, { people })
      const rows = people.map(({ id, email, name, role, created }) => [
        id,
        email,
        name ?? '',
        role,
        created.slice(0, 10),
      ])
      await context.out.write(renderGrid(['id', 'e-mail', 'name', 'role', 'since'], rows, context.out))
    })
  },
}

export const membersInvite: Command = {
  name: 'members invite',
  usage: 'members invite E-MAIL ROLE',
  summary: 'Invite somebody; the link is shown once, works once, and for seven days',
  about: `Roles: ${roleHint}. The link pins your data plane’s anchor: give it to the person over a channel of your own.`,
  options: proofOptions,
  async run(given, args) {
    const context = await takeProofs(given, args)
    const [email = '', role = ''] = takeWords(args, 2, 2, this.usage)
    const wanted = parseRole(role)
    await withSession(context, async (session) => {
      const { invitation, link } = await inviteMember(session, session.credentials, { email, role: wanted })
      if (context.json) return writeJson(context.out, { invitation, link })
      await writeLine(context.err, `Invited ${email} as ${role}, until ${invitation.expires}. Shown this once:`)
      await writeLine(context.out, link)
    })
  },
}

export const membersRole: Command = {
  name: 'members role',
  usage: 'members role E-MAIL|ID ROLE',
  summary: 'Give a member another role, at the server and on the roster of devices',
  about: `Roles: ${roleHint}. Only owners make owners, and nobody changes the own role.`,
  options: proofOptions,
  async run(given, args) {
    const context = await takeProofs(given, args)
    const [named = '', role = ''] = takeWords(args, 2, 2, this.usage)
    const wanted = parseRole(role)
    await withSession(context, async (session) => {
      const person = await findPerson(session, named)
      const left = await changeMemberRole(session, person.id, wanted, context.clock.now())
      if (context.json) return writeJson(context.out, { person: person.id, role: wanted, unchangedDevices: left })
      await writeLine(context.out, `${person.email} is ${wanted} now.`)
      await warnOfLeft(context, left)
    })
  },
}

export const membersRemove: Command = {
  name: 'members remove',
  usage: 'members remove E-MAIL|ID [--end-tokens]',
  summary: 'End a member’s account and sessions at once, and take the devices off the roster',
  about:
    'Tokens of programs that the member made are the organisation’s, and stay without --end-tokens; the answer says how many.',
  options: {
    'end-tokens': { kind: 'flag', about: 'end the tokens of programs that the member made, too' },
    ...proofOptions,
  },
  async run(given, args) {
    const context = await takeProofs(given, args)
    const [named = ''] = takeWords(args, 1, 1, this.usage)
    await withSession(context, async (session) => {
      const person = await findPerson(session, named)
      const now = context.clock.now()
      const end = args.flag('end-tokens')
      const made = listMadeTokens((await session.api.call('listTokens', {})).tokens, person.id, now)
      const left = await removeMember(session, person.id, now, end)
      const tokens = made.map(({ id, name }) => ({ id, name }))
      if (context.json)
        return writeJson(context.out, {
          removed: person.id,
          remainingDevices: left,
          [end ? 'endedTokens' : 'remainingTokens']: tokens,
        })
      await writeLine(context.out, `Removed ${person.email} (${person.id}).`)
      for (const { id, name } of tokens) {
        const text = end ? `Ended the token ${name} (${id}).` : `Still works: the token ${name} (${id}).`
        await writeLine(context.out, text)
      }
      if (!end && tokens.length > 0) await writeLine(context.err, 'End one: keyhold tokens revoke ID')
      await warnOfLeft(context, left)
    })
  },
}

export async function warnOfLeft(context: CommandContext, left: readonly Device[]): Promise<void> {
  for (const { name, keyId, role } of left) {
    const text = `The data plane still has the device ${name} (${keyId}) as ${role}’s: only an owner’s device changes that.`
    await writeLine(context.err, text)
  }
}

function parseRole(text: string): Role {
  const role = roles.find((known) => known === text)
  if (role === undefined) throw usage(`"${text}" is not a role`, `write one of: ${roleHint}.`)
  return role
}

export async function findPerson({ api }: Session, named: string): Promise<Person> {
  const { people } = await api.call('listPeople', {})
  const found = people.find(({ id, email }) => id === named || email.toLowerCase() === named.toLowerCase())
  if (found !== undefined) return found
  throw new CliError('person.unknown', 'there is no such member', 'take the address from: keyhold members list')
}
