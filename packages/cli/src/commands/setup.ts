import { hostname } from 'node:os'
import {
  assertClaimed,
  formatLoginString,
  makeClaim,
  parseSetupLink,
  type OwnerChoices,
  type SetupLink,
} from '@keyhold/client'
import { createClient, type SetupAnswer } from '@keyhold/contract'
import { decodeBase64url, encodeBase64url, fingerprint, importSigningSeed } from '@keyhold/sealed'
import { usage } from '../arguments.ts'
import { writeJson, writeLine, type Command, type CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { dropClaimSeed, keepClaimSeed } from '../session/claim-device.ts'
import { readCredentials, storeCredentials, type Credentials } from '../session/credentials.ts'
import { withConnection } from '../session/session.ts'
import { askPassword, askText, passwordOptions, takeProofs } from './ask.ts'
import { describeNotice } from './notice.ts'
import { takeWords } from './positionals.ts'

const form = "setup 'LINK' [--email E-MAIL] [--organisation NAME] [--project NAME]"

export const setup: Command = {
  name: 'setup',
  usage: form,
  summary: 'Claim a new installation with the set-up link that its data plane printed',
  about:
    'Makes you its owner, makes a first project, and makes a signing key for this device, which the data plane pins. ' +
    'The link works once. Quote it: the shell would cut it at &.',
  options: {
    email: { kind: 'value', hint: 'E-MAIL', about: 'your address' },
    organisation: { kind: 'value', hint: 'NAME', about: 'what to call the organisation' },
    project: { kind: 'value', hint: 'NAME', about: 'what to call the first project' },
    device: { kind: 'value', hint: 'NAME', about: 'what to call this device (default: the machine’s name)' },
    force: { kind: 'flag', about: 'replace the credentials that are here' },
    ...passwordOptions,
  },
  async run(given, args) {
    const context = await takeProofs(given, args)
    const [text = ''] = takeWords(args, 1, 1, form)
    const link = parseSetupLink(text)
    assertVacant(context, args.flag('force'))
    const email = await askText(context, args, 'email', 'Your e-mail address')
    const name = await askText(context, args, 'organisation', 'Name of the organisation')
    const project = await askText(context, args, 'project', 'Name of the first project')
    const password = await askPassword(context, true)
    const device = args.value('device') ?? (hostname() || 'shell')
    const credentials = await claim(context, link, { email, name, project, password, device })
    storeCredentials(context.home, credentials)
    dropClaimSeed(context.home)
    await report(context, credentials)
  },
}

async function claim(context: CommandContext, link: SetupLink, what: OwnerChoices): Promise<Credentials> {
  const seed = keepClaimSeed(context.home, link.organisation)
  const key = await importSigningSeed(seed)
  const body = await makeClaim(link, key, what)
  const answer = await withConnection(context, link, (connection) =>
    createClient(connection.exchange, () => ({})).call('setUp', { body }),
  )
  await assertClaimed(answer, link, key)
  return {
    format: 1,
    url: link.url,
    pin: link.pin,
    anchor: link.anchor,
    organisation: answer.organisation,
    project: answer.project,
    secret: { kind: 'session', secret: sessionOf(answer) },
    seed: encodeBase64url(seed),
    email: what.email,
  }
}

/** A shell's session is in the answer; only a browser's is in a cookie. */
function sessionOf({ session }: SetupAnswer): string {
  if (session !== null) return session.secret
  throw usage('the server gave no session', 'update this client or the server.')
}

function assertVacant(context: CommandContext, force: boolean): void {
  if (force || !readCredentials(context.home)?.secret) return
  throw new CliError(
    'cli.usage',
    `${context.home} already has credentials`,
    'add --force to replace them, or --home for another folder.',
  )
}

async function report(context: CommandContext, credentials: Credentials): Promise<void> {
  const { organisation, project, url, anchor } = credentials
  const login = formatLoginString(credentials)
  const device = await importSigningSeed(decodeBase64url(credentials.seed) ?? new Uint8Array())
  if (context.json) return writeJson(context.out, { organisation, project, url, anchor, login, device: device.keyId })
  await writeLine(context.out, `Set up: organisation ${organisation}, project ${project}.`)
  await writeLine(context.out, `This device’s key: ${await fingerprint(device.publicKey)}`)
  await writeLine(context.out, `Login string for other shells: '${login}'`)
  await writeLine(context.out, describeNotice(url))
}
