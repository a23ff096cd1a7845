/** Groups of members: a name, perhaps a role that it gives, and who is in it. */
import { groupRoles, type Group, type GroupRole, type Person } from '@keyhold/contract'
import { usage } from '../arguments.ts'
import { writeJson, writeLine, type Command, type CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { renderGrid } from '../output/grid.ts'
import { withSession, type Session } from '../session/session.ts'
import { proofOptions, takeProofs } from './ask.ts'
import { findPerson } from './members.ts'
import { takeWords } from './positionals.ts'

const roleHint = [...groupRoles, 'none'].join(', ')
const settleHint = 'Devices on the roster follow with: keyhold devices settle'

export const groupsList: Command = {
  name: 'groups list',
  usage: 'groups list',
  summary: 'Groups with their roles and members',
  options: {},
  async run(context, args) {
    takeWords(args, 0, 0, this.usage)
    await withSession(context, async ({ api }) => {
      const [{ groups }, { people }] = await Promise.all([api.call('listGroups', {}), api.call('listPeople', {})])
      if (context.json) return writeJson(context.out, { groups })
      if (groups.length === 0) return writeLine(context.out, 'No groups. Make one: keyhold groups create NAME')
      const rows = groups.map((group) => [
        group.id,
        group.name,
        group.role ?? 'none',
        group.provisioned ? 'identity provider' : 'members',
        namePeople(group, people),
      ])
      await context.out.write(renderGrid(['id', 'name', 'role', 'kept by', 'members'], rows, context.out))
    })
  },
}

export const groupsCreate: Command = {
  name: 'groups create',
  usage: 'groups create NAME [--role ROLE]',
  summary: 'Make a group, without members',
  about: `Roles: ${roleHint}. A group gives its members its role where that is stronger than their own; none gives owner.`,
  options: {
    role: { kind: 'value', hint: 'ROLE', about: 'what its members may do at least (default none)' },
    ...proofOptions,
  },
  async run(given, args) {
    const context = await takeProofs(given, args)
    const [name = ''] = takeWords(args, 1, 1, this.usage)
    const role = parseGroupRole(args.value('role') ?? 'none')
    await withSession(context, async ({ api }) => {
      const { group } = await api.call('createGroup', { body: { name, role } })
      if (context.json) return writeJson(context.out, { group })
      await writeLine(context.out, `Made the group ${group.name} (${group.id}).`)
    })
  },
}

export const groupsRename: Command = {
  name: 'groups rename',
  usage: 'groups rename GROUP|ID NAME',
  summary: 'Give a group another name',
  options: proofOptions,
  async run(given, args) {
    const context = await takeProofs(given, args)
    const [named = '', name = ''] = takeWords(args, 2, 2, this.usage)
    await withSession(context, async (session) => {
      const { id, role } = await findGroup(session, named)
      const { group } = await session.api.call('changeGroup', { params: { group: id }, body: { name, role } })
      if (context.json) return writeJson(context.out, { group })
      await writeLine(context.out, `The group is called ${group.name} now.`)
    })
  },
}

export const groupsRole: Command = {
  name: 'groups role',
  usage: 'groups role GROUP|ID ROLE|none',
  summary: 'Choose what a group’s members may do at least; their sessions have it from the next call on',
  about: `Roles: ${roleHint}. ${settleHint}.`,
  options: proofOptions,
  async run(given, args) {
    const context = await takeProofs(given, args)
    const [named = '', word = ''] = takeWords(args, 2, 2, this.usage)
    const role = parseGroupRole(word)
    await withSession(context, async (session) => {
      const { id, name } = await findGroup(session, named)
      const { group } = await session.api.call('changeGroup', { params: { group: id }, body: { name, role } })
      await report(context, group, `The group ${group.name} gives ${role ?? 'no role'} now.`)
    })
  },
}

export const groupsDelete: Command = {
  name: 'groups delete',
  usage: 'groups delete GROUP|ID --yes',
  summary: 'Delete a group; its members keep their own roles',
  options: { yes: { kind: 'flag', about: 'it is meant; without it nothing is done' }, ...proofOptions },
  async run(given, args) {
    const context = await takeProofs(given, args)
    const [named = ''] = takeWords(args, 1, 1, this.usage)
    if (!args.flag('yes')) throw usage('deleting a group needs --yes', `write: keyhold ${this.usage}`)
    await withSession(context, async (session) => {
      const { id, name } = await findGroup(session, named)
      await session.api.call('deleteGroup', { params: { group: id } })
      if (context.json) return writeJson(context.out, { deleted: id })
      await writeLine(context.out, `Deleted the group ${name} (${id}). ${settleHint}`)
    })
  },
}

export const groupsAdd: Command = {
  name: 'groups add',
  usage: 'groups add GROUP|ID E-MAIL|ID …',
  summary: 'Add members to a group; who is there already is no error',
  about: `${settleHint}.`,
  options: proofOptions,
  run(given, args) {
    return changeMembers(given, args, { operation: 'addGroupMember', form: this.usage, done: 'is in' })
  },
}

export const groupsRemove: Command = {
  name: 'groups remove',
  usage: 'groups remove GROUP|ID E-MAIL|ID …',
  summary: 'Take members out of a group; who is not there is no error',
  about: `${settleHint}. The group itself: keyhold groups delete.`,
  options: proofOptions,
  run(given, args) {
    return changeMembers(given, args, { operation: 'removeGroupMember', form: this.usage, done: 'is out of' })
  },
}

type MemberChange = {
  readonly operation: 'addGroupMember' | 'removeGroupMember'
  readonly form: string
  readonly done: string
}

/** Everybody who is named is looked up before anything is changed. */
async function changeMembers(
  given: CommandContext,
  args: Parameters<Command['run']>[1],
  { operation, form, done }: MemberChange,
): Promise<void> {
  const context = await takeProofs(given, args)
  const [named = '', ...people] = takeWords(args, 2, 100, form)
  await withSession(context, async (session) => {
    let group = await findGroup(session, named)
    const found: Person[] = []
    for (const person of people) found.push(await findPerson(session, person))
    for (const { id: person } of found) {
      group = (await session.api.call(operation, { params: { group: group.id, person } })).group
    }
    await report(context, group, `${found.map(({ email }) => email).join(', ')} ${done} ${group.name} now.`)
  })
}

async function report(context: CommandContext, group: Group, text: string): Promise<void> {
  if (context.json) return writeJson(context.out, { group })
  await writeLine(context.out, text)
  await writeLine(context.err, settleHint)
}

function namePeople({ members }: Group, people: readonly Person[]): string {
  const emails = new Map(people.map(({ id, email }) => [id, email]))
  return members.map((id) => emails.get(id) ?? id).join(' ')
}

function parseGroupRole(text: string): GroupRole | null {
  if (text === 'none') return null
  const role = groupRoles.find((known) => known === text)
  if (role === undefined) throw usage(`"${text}" is no role that a group gives`, `write one of: ${roleHint}.`)
  return role
}

/** By id or name; capitals do not count in names, as at the server. */
async function findGroup({ api }: Session, named: string): Promise<Group> {
  const { groups } = await api.call('listGroups', {})
  const plain = (name: string) => name.normalize('NFC').toLowerCase()
  const found = groups.find(({ id, name }) => id === named || plain(name) === plain(named))
  if (found !== undefined) return found
  throw new CliError('group.unknown', 'there is no such group', 'take its name from: keyhold groups list')
}
