import { createHmac } from 'node:crypto'
import { hostname } from 'node:os'
import { createClient, type SetupAnswer } from '@keyhold/contract'
import {
  decodeBase64url,
  digestBytes,
  encodeBase64url,
  encodeCanonical,
  fingerprint,
  importSigningSeed,
  type SigningKey,
} from '@keyhold/sealed'
import { usage } from '../arguments.ts'
import { writeJson, writeLine, type Command, type CommandContext } from '../command.ts'
import { CliError, exitCodes } from '../errors.ts'
import { dropClaimSeed, keepClaimSeed } from '../session/claim-device.ts'
import { readCredentials, storeCredentials, type Credentials } from '../session/credentials.ts'
import { formatLoginString, parseSetupLink, type SetupLink } from '../session/login-string.ts'
import { verifyRoster } from '../session/roster.ts'
import { withConnection } from '../session/session.ts'
import { askPassword, askText, passwordOptions } from './ask.ts'
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
  async run(context, args) {
    const [text = ''] = takeWords(args, 1, 1, form)
    const link = parseSetupLink(text)
    assertVacant(context, args.flag('force'))
    const email = await askText(context, args, 'email', 'Your e-mail address')
    const name = await askText(context, args, 'organisation', 'Name of the organisation')
    const project = await askText(context, args, 'project', 'Name of the first project')
    const password = await askPassword(context, args, true)
    const device = args.value('device') ?? (hostname() || 'shell')
    const credentials = await claim(context, link, { email, name, project, password, device })
    storeCredentials(context.home, credentials)
    dropClaimSeed(context.home)
    await report(context, credentials)
  },
}

type Claim = { email: string; name: string; project: string; password: string; device: string }

async function claim(context: CommandContext, link: SetupLink, what: Claim): Promise<Credentials> {
  const seed = keepClaimSeed(context.home, link.organisation)
  const key = await importSigningSeed(seed)
  const publicKey = encodeBase64url(key.publicKey)
  const answer = await withConnection(context, link, (connection) => {
    const { email, name, project, password } = what
    const device = { publicKey, name: what.device }
    const body = {
      organisation: link.organisation,
      name,
      project,
      email,
      password,
      device,
      mac: computeMac(link, publicKey),
    }
    return createClient(connection.exchange, () => ({})).call('setUp', { body })
  })
  await assertPinned(answer, link, key)
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

function computeMac({ secret, organisation, anchor }: SetupLink, devicePublicKey: string): string {
  return createHmac('sha256', Buffer.from(secret, 'base64url'))
    .update(encodeCanonical({ purpose: 'keyhold setup', organisation, devicePublicKey, anchor }))
    .digest('base64url')
}

/** The anchor is the one that the link names, and it signed this very device as the owner's. */
async function assertPinned(answer: SetupAnswer, link: SetupLink, key: SigningKey): Promise<void> {
  const anchorKey = decodeBase64url(answer.anchorPublicKey)
  const anchored = anchorKey !== undefined && (await digestBytes(anchorKey)) === link.anchor
  if (!anchored || answer.organisation !== link.organisation) throw forged()
  const roster = await verifyRoster([answer.roster], answer.anchorPublicKey, link.anchor, link.organisation)
  const owner = roster.members.get(key.keyId)
  if (owner?.kind !== 'owner' || owner.publicKey !== encodeBase64url(key.publicKey)) throw forged()
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
}

function forged(): CliError {
  return new CliError(
    'setup.answer_forged',
    'the server’s answer was not signed by the data plane whose link this is',
    'do not use this installation: someone may stand between you and your data plane.',
    { exitCode: exitCodes.failed },
  )
}
