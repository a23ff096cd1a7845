import { parseLoginString, solveProof, withProof, type LoginTarget } from '@keyhold/client'
import { createClient, type ApiClient } from '@keyhold/contract'
import { drawSigningSeed, encodeBase64url } from '@keyhold/sealed'
import { usage, type Arguments } from '../arguments.ts'
import { writeJson, writeLine, type Command, type CommandContext } from '../command.ts'
import { readCredentials, storeCredentials, tokenCredentials, type Credentials } from '../session/credentials.ts'
import { describeUnlessEndorsed } from '../session/own-device.ts'
import { withConnection, withSession } from '../session/session.ts'
import { askFactor, askPassword, askText, proofOptions, takeProofs } from './ask.ts'
import { browserOptions, signInInBrowser, type BrowserSignIn } from './browser-login.ts'
import { describeNotice } from './notice.ts'
import { takeWords } from './positionals.ts'

const form = "login ['LOGIN-STRING'] [--email E-MAIL | --browser | --sso | --token]"

export const login: Command = {
  name: 'login',
  usage: form,
  summary: 'Sign in with e-mail and password, in a browser (passkeys, single sign-on), or with a token',
  about:
    'With --browser or --sso a page opens, where you sign in as you do there and then let this shell in. The login string names the server and pins its key and your anchor: setup prints it. After the first time it is remembered.',
  options: {
    email: { kind: 'value', hint: 'E-MAIL', about: 'your address' },
    token: { kind: 'flag', about: 'sign in with a token, read from KEYHOLD_TOKEN or standard input' },
    ...browserOptions,
    ...proofOptions,
  },
  async run(given, args) {
    const context = await takeProofs(given, args)
    const [text] = takeWords(args, 0, 1, form)
    const known = readCredentials(context.home)
    const target = chooseTarget(text ?? context.env['KEYHOLD_LOGIN'], known)
    const credentials = await signInSomehow(context, args, target, known)
    storeCredentials(context.home, credentials)
    const { organisation, project, url, secret, email } = credentials
    if (context.json) return writeJson(context.out, { url, organisation, project, kind: secret?.kind })
    await writeLine(context.out, `Signed in at ${url}${email === null ? '' : ` as ${email}`}.`)
    if (secret?.kind === 'session') await writeLine(context.out, describeNotice(url))
    if (secret?.kind === 'session') await withSession(context, (session) => describeUnlessEndorsed(context, session))
  },
}

function chooseTarget(text: string | undefined, known: Credentials | undefined): LoginTarget {
  if (text !== undefined && text !== '') return parseLoginString(text)
  if (known !== undefined) return known
  throw usage('this shell does not know the server yet', `write: keyhold ${form}`)
}

async function signInSomehow(
  context: CommandContext,
  args: Arguments,
  target: LoginTarget,
  known: Credentials | undefined,
): Promise<Credentials> {
  if (args.flag('token')) return signInWithToken(context, target)
  if (!args.flag('browser') && !args.flag('sso')) return signInWithPassword(context, args, target, known)
  const signedIn = await signInInBrowser(context, args, target)
  return sessionCredentials(target, known, signedIn)
}

async function signInWithToken(context: CommandContext, target: LoginTarget): Promise<Credentials> {
  const credentials = tokenCredentials(target, await readToken(context))
  return withConnection(context, target, async (connection) => {
    const authorise = (): Record<string, string> => ({ authorization: `Bearer ${credentials.secret?.secret ?? ''}` })
    const self = await createClient(connection.exchange, authorise).call('readSelf', {})
    return { ...credentials, organisation: self.organisation, project: self.project }
  })
}

async function readToken(context: CommandContext): Promise<string> {
  const given = context.env['KEYHOLD_TOKEN']
  if (given !== undefined && given !== '') return given
  if (context.input.isTerminal) return context.input.ask('Token: ', { secret: true })
  return context.input.readAll(4096)
}

async function signInWithPassword(
  context: CommandContext,
  args: Arguments,
  target: LoginTarget,
  known: Credentials | undefined,
): Promise<Credentials> {
  const same = sameServer(target, known)
  const email = args.value('email') ?? same?.email ?? (await askText(context, args, 'email', 'Your e-mail address'))
  const password = await askPassword(context, false)
  const answer = await withConnection(context, target, (connection) =>
    openSession(
      context,
      createClient(connection.exchange, () => ({})),
      { email, password },
    ),
  )
  if (answer.session === null) throw usage('the server gave no session', 'update this client or the server.')
  return sessionCredentials(target, known, { ...answer, session: answer.session, email })
}

function sameServer(target: LoginTarget, known: Credentials | undefined): Credentials | undefined {
  return known !== undefined && known.url === target.url && known.anchor === target.anchor ? known : undefined
}

function sessionCredentials(
  target: LoginTarget,
  known: Credentials | undefined,
  { organisation, session, email }: BrowserSignIn,
): Credentials {
  const same = sameServer(target, known)
  return {
    format: 1,
    url: target.url,
    pin: target.pin,
    anchor: target.anchor,
    organisation,
    project: same?.organisation === organisation ? same.project : null,
    secret: { kind: 'session', secret: session.secret },
    // The device's key is kept: the data plane pins it.
    seed: same?.seed ?? encodeBase64url(drawSigningSeed()),
    email,
  }
}

/** With the password, and the second factor where the account has one. */
async function openSession(context: CommandContext, api: ApiClient, body: { email: string; password: string }) {
  const { organisation, session, pending } = await withProof(
    (proof) => api.call('signIn', { body: { ...body, ...(proof && { proof }) } }),
    async (challenge) => {
      await writeLine(context.err, 'There were many attempts lately. One moment …')
      return solveProof(challenge)
    },
  )
  if (pending === null) return { organisation, session }
  const proof = await askFactor(context, pending.factors)
  return api.call('completeSignIn', { body: { organisation, pending: pending.secret, proof } })
}
