/** The own membership: begun by an invitation, handed over, ended. */
import { leaveOrganisation, parseInvitationLink, transferOwnership, type InvitationLink } from '@keyhold/client'
import { createClient } from '@keyhold/contract'
import { drawSigningSeed, encodeBase64url } from '@keyhold/sealed'
import { usage } from '../arguments.ts'
import { writeJson, writeLine, type Command, type CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { readCredentials, storeCredentials } from '../session/credentials.ts'
import { describeUnlessEndorsed } from '../session/own-device.ts'
import { withConnection, withSession } from '../session/session.ts'
import { askPassword, askText, passwordOptions, proofOptions, takeProofs } from './ask.ts'
import { findPerson, warnOfLeft } from './members.ts'
import { describeNotice } from './notice.ts'
import { takeWords } from './positionals.ts'

const acceptForm = "members accept 'LINK' [--email E-MAIL] [--name NAME]"

export const membersAccept: Command = {
  name: 'members accept',
  usage: acceptForm,
  summary: 'Join an organisation with the link of an invitation, and make a signing key for this device',
  about: 'The link is the one that the inviter’s own client made: it pins the server and the anchor. Quote it.',
  options: {
    email: { kind: 'value', hint: 'E-MAIL', about: 'the address that was invited' },
    name: { kind: 'value', hint: 'NAME', about: 'what you want to be called' },
    force: { kind: 'flag', about: 'replace the credentials that are here' },
    ...passwordOptions,
  },
  async run(given, args) {
    const context = await takeProofs(given, args)
    const [text = ''] = takeWords(args, 1, 1, acceptForm)
    const link = requirePins(parseInvitationLink(text))
    if (!args.flag('force') && readCredentials(context.home)?.secret)
      throw usage(
        `${context.home} already has credentials`,
        'add --force to replace them, or --home for another folder.',
      )
    const email = await askText(context, args, 'email', 'The address that was invited')
    const name = args.value('name')
    const password = await askPassword(context, true)
    const { url, pin, anchor, organisation, secret } = link
    const body = { organisation, secret, email, password, ...(name !== undefined && { personName: name }) }
    const answer = await withConnection(context, link, (connection) =>
      createClient(connection.exchange, () => ({})).call('acceptInvitation', { body }),
    )
    if (answer.session === null) throw usage('the server gave no session', 'update this client or the server.')
    const seed = encodeBase64url(drawSigningSeed())
    const session = { kind: 'session', secret: answer.session.secret } as const
    storeCredentials(context.home, {
      format: 1,
      url,
      pin,
      anchor,
      organisation,
      project: null,
      secret: session,
      seed,
      email,
    })
    if (context.json) return writeJson(context.out, { organisation, person: answer.person, url })
    await writeLine(context.out, `Joined the organisation at ${url}.`)
    await writeLine(context.out, describeNotice(url))
    await withSession(context, (opened) => describeUnlessEndorsed(context, opened))
  },
}

export const membersTransfer: Command = {
  name: 'members transfer',
  usage: 'members transfer E-MAIL|ID --yes',
  summary: 'Make another member an owner and yourself an admin, at the server and on the roster',
  about: 'Only an owner can make you one again. The recovery kit stays with the first device.',
  options: { yes: { kind: 'flag', about: 'it is meant; without it nothing is done' }, ...proofOptions },
  async run(given, args) {
    const context = await takeProofs(given, args)
    const [named = ''] = takeWords(args, 1, 1, this.usage)
    if (!args.flag('yes')) throw usage('handing ownership over needs --yes', `write: keyhold ${this.usage}`)
    await withSession(context, async (session) => {
      const person = await findPerson(session, named)
      const left = await transferOwnership(session, person.id, context.clock.now())
      if (context.json) return writeJson(context.out, { owner: person.id, unchangedDevices: left })
      await writeLine(context.out, `${person.email} is an owner now, and you are an admin.`)
      await warnOfLeft(context, left)
    })
  },
}

export const membersLeave: Command = {
  name: 'members leave',
  usage: 'members leave --yes',
  summary: 'End your own account with its sessions and tokens, and take your devices off the roster',
  about: 'What you saved stays, and so do tokens of programs: they are the organisation’s.',
  options: { yes: { kind: 'flag', about: 'it is meant; without it nothing is done' } },
  async run(context, args) {
    takeWords(args, 0, 0, this.usage)
    if (!args.flag('yes')) throw usage('leaving needs --yes', `write: keyhold ${this.usage}`)
    await withSession(context, async (session) => {
      const left = await leaveOrganisation(session, context.clock.now())
      endHere(context)
      if (context.json) return writeJson(context.out, { left: session.organisation, remainingDevices: left })
      await writeLine(context.out, 'You have left the organisation.')
      await warnOfLeft(context, left)
    })
  },
}

/** The session is over; the device's key is kept for nothing but what it once signed. */
function endHere({ home }: CommandContext): void {
  const known = readCredentials(home)
  if (known !== undefined) storeCredentials(home, { ...known, secret: null })
}

function requirePins(link: InvitationLink): Required<InvitationLink> {
  const { pin, anchor } = link
  if (pin !== undefined && anchor !== undefined) return { ...link, pin, anchor }
  throw new CliError(
    'anchor.not_pinned',
    'the link says neither which server nor which anchor to trust',
    'use the link that the inviter’s own client made, not the one of the server’s mail; or join in a browser.',
  )
}
