import {
  endorseDevice,
  fetchRoster,
  findDeviceOwner,
  listDevices,
  listPending,
  maySettle,
  parseDeviceCode,
  revokeKey,
  settlePending,
  type Device,
  type DeviceCode,
} from '@keyhold/client'
import { roleMay, type Person } from '@keyhold/contract'
import { fingerprint } from '@keyhold/sealed'
import { writeJson, writeLine, type Command, type CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { renderGrid } from '../output/grid.ts'
import { describeUnlessEndorsed } from '../session/own-device.ts'
import { withSession } from '../session/session.ts'
import { takeWords } from './positionals.ts'

export const devicesList: Command = {
  name: 'devices list',
  usage: 'devices list',
  summary: 'Devices of people that the data plane believes, checked back to your anchor',
  options: {},
  async run(context) {
    await withSession(context, async (session) => {
      const roster = await fetchRoster(session)
      const devices = listDevices(roster)
      const self = session.signer.keyId
      if (context.json) return writeJson(context.out, { devices, self })
      // A token sees keys and roles, but not who people are.
      const isToken = session.credentials.secret?.kind === 'token'
      const people = isToken ? [] : (await session.api.call('listPeople', {})).people
      const rows = devices.map(({ name, kind, keyId, person, role }) => [
        keyId,
        name,
        kind === 'owner' ? 'owner’s' : 'endorsed',
        role,
        people.find(({ id }) => id === person)?.email ?? person ?? '',
        keyId === self ? 'this shell' : '',
      ])
      await context.out.write(renderGrid(['key', 'name', 'kind', 'role', 'person', ''], rows, context.out))
      await describeUnlessEndorsed(context, session)
    })
  },
}

export const devicesEndorse: Command = {
  name: 'devices endorse',
  usage: 'devices endorse CODE',
  summary: 'Let another device of the organisation in: this device signs for its key',
  about:
    'The code is what the new device shows (keyhold login, or the page Tokens of a browser). Compare the fingerprint ' +
    'with the one that it shows: the code came over a channel that may have been tampered with.',
  options: { yes: { kind: 'flag', about: 'the fingerprints were compared; do not ask' } },
  async run(context, args) {
    const [text = ''] = takeWords(args, 1, 1, this.usage)
    const code = parseDeviceCode(text)
    await withSession(context, async (session) => {
      const owner = await findDeviceOwner(session, code)
      if (!args.flag('yes')) await confirmSame(context, code, owner)
      await endorseDevice(session, code, owner, context.clock.now())
      const mark = await fingerprint(code.publicKey)
      const { email, role } = owner
      if (context.json) return writeJson(context.out, { endorsed: code.name, fingerprint: mark, person: email, role })
      await writeLine(context.out, `Endorsed ${code.name} of ${email}, ${role}: ${mark}`)
    })
  },
}

export const devicesRemove: Command = {
  name: 'devices remove',
  usage: 'devices remove KEY|NAME',
  summary: 'The data plane believes this device’s key no more, from now on',
  options: {},
  async run(context, args) {
    const [named = ''] = takeWords(args, 1, 1, this.usage)
    await withSession(context, async (session) => {
      const roster = await fetchRoster(session)
      const device = findDevice(listDevices(roster), named)
      await revokeKey(session, device.keyId, context.clock.now())
      if (context.json) return writeJson(context.out, { removed: device.keyId })
      await writeLine(context.out, `Removed ${device.name} (${device.keyId}).`)
    })
  },
}

export const devicesSettle: Command = {
  name: 'devices settle',
  usage: 'devices settle',
  summary: 'Sign what the roster still lacks: devices and tokens of who left, old roles, keys of tokens that ended',
  options: {},
  async run(context) {
    await withSession(context, async (session) => {
      const { api } = session
      const [roster, { people }] = await Promise.all([fetchRoster(session), api.call('listPeople', {})])
      const { role } = await api.call('readSelf', {})
      const seesAll = role !== null && roleMay(role, 'token.read')
      const { tokens } = await api.call(seesAll ? 'listTokens' : 'listOwnTokens', {})
      const pending = listPending(roster, { people, tokens })
      const signed = await settlePending(session, pending, context.clock.now())
      const others = pending.filter((one) => !maySettle(roster, session, one)).map(({ name, why }) => ({ name, why }))
      if (context.json) return writeJson(context.out, { signed, others })
      await writeLine(context.out, signed === 0 ? 'Nothing to sign here.' : `Signed ${signed}.`)
      for (const { name } of others) await writeLine(context.err, `${name} waits for an owner’s device.`)
    })
  },
}

async function confirmSame(context: CommandContext, { name, publicKey }: DeviceCode, owner: Person): Promise<void> {
  const mark = await fingerprint(publicKey)
  if (!context.input.isTerminal || context.json) {
    throw new CliError(
      'device.not_compared',
      `nobody compared the fingerprint of ${name}: ${mark}`,
      'compare it with what the device shows, then add --yes.',
    )
  }
  await writeLine(context.err, `${name} of ${owner.email}, ${owner.role}, has the key\n  ${mark}`)
  const answer = await context.input.ask('Is it that person’s, and does it show the same? [y/N] ')
  if (/^y(es)?$/i.test(answer.trim())) return
  throw new CliError(
    'device.not_compared',
    'the fingerprints were not said to be the same',
    'take the code from the device again; if they still differ, somebody is in between.',
  )
}

function findDevice(devices: readonly Device[], named: string): Device {
  const found = devices.filter(({ keyId, name }) => keyId === named || name === named)
  if (found.length === 1 && found[0] !== undefined) return found[0]
  throw new CliError(
    'device.unknown',
    found.length === 0 ? 'there is no such device' : 'more than one device has this name',
    'take its key from: keyhold devices list',
  )
}
