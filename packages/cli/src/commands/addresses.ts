import type { AddressListKind } from '@keyhold/contract'
import { usage } from '../arguments.ts'
import { writeJson, writeLine, type Command } from '../command.ts'
import { renderGrid } from '../output/grid.ts'
import { withSession } from '../session/session.ts'
import { takeWords } from './positionals.ts'

const kinds = ['organisation', 'project', 'token', 'data_plane'] as const

export const addressesList: Command = {
  name: 'addresses list',
  usage: 'addresses list',
  summary: 'From where calls are allowed, and the address that you call from',
  options: {},
  async run(context) {
    await withSession(context, async ({ api }) => {
      const { lists, present } = await api.call('listAddresses', {})
      if (context.json) return writeJson(context.out, { lists, present })
      await writeLine(context.err, `You call from ${present ?? 'an unknown address'}.`)
      if (lists.length === 0) return writeLine(context.out, 'No lists: calls are allowed from everywhere.')
      const rows = lists.map(({ kind, subject, ranges }) => [kind, subject, ranges.join(' ')])
      await context.out.write(renderGrid(['list', 'for', 'allowed'], rows, context.out))
    })
  },
}

export const addressesSet: Command = {
  name: 'addresses set',
  usage: 'addresses set organisation|data_plane|project:ID|token:ID [CIDR …] [--confirm]',
  summary: 'Replace a list of allowed addresses, at once; without an address calls are allowed from everywhere',
  options: { confirm: { kind: 'flag', about: 'set it though it shuts out the address that you call from' } },
  async run(context, args) {
    const [target = '', ...ranges] = takeWords(args, 1, 201, this.usage)
    const [kind, id] = readTarget(target)
    await withSession(context, async ({ api, organisation }) => {
      const params = { kind, subject: id ?? organisation }
      const { list } = await api.call('setAddresses', { params, body: { ranges, confirm: args.flag('confirm') } })
      if (context.json) return writeJson(context.out, { list })
      const allowed = list.ranges.length === 0 ? 'everywhere' : list.ranges.join(' ')
      await writeLine(context.out, `Calls are allowed from ${allowed}.`)
    })
  },
}

function readTarget(text: string): [AddressListKind, string | undefined] {
  const [word = '', id] = text.split(':', 2)
  const kind = kinds.find((known) => known === word)
  const needsId = kind === 'project' || kind === 'token'
  if (kind === undefined || needsId !== (id !== undefined)) {
    throw usage(`"${text}" is no list`, 'write organisation, data_plane, project:ID or token:ID.')
  }
  return [kind, id]
}
